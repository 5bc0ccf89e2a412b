import Base
import JSON

extension DeviceRequest {
    /// The fields as the device wrote them, those that the document does not have too, as a JSON object of texts: what another platform needs of
    /// the request beside `device_id` and `req_id`. They, and whatever proves who asks, are left out.
    public var forwardedFields: [UInt8] {
        let isBinary = scanned.map { String(scannedCode: $0) == nil } ?? false
        var writer = JSONWriter()
        writer.beginObject()
        for (name, text) in fields.all where !Self.ownFields.contains(name) && !CredentialFilter.isCredential(name) {
            // Its bytes would not outlive being made a text.
            guard name != FieldName.ticket || !isBinary else { continue }
            writer.field(name, text)
        }
        if isBinary, let scanned { writer.field(FieldName.binaryTicket, hexadecimal(scanned)) }
        writer.endObject()
        return writer.bytes
    }

    /// What is between the device and whom it calls.
    private static let ownFields: Set = [
        FieldName.deviceID, FieldName.requestID, FieldName.token, "app_id", "secret", FieldName.binaryTicket,
    ]
}
