import Base
import Fares

extension WireFormat {
    /// The request of a device, sent on.
    /// - Parameters:
    ///   - fields: `DeviceRequest.forwardedFields`
    ///   - requestID: the device's own.
    ///   - deviceID: what the receiver calls the device.
    /// - Throws: when `fields` is no JSON object.
    public func encode(
        forwarding fields: [UInt8], of call: PlatformCall, as requestID: String, from deviceID: String
    ) throws(FieldError) -> WireRequest {
        var body = RequestBody()
        body.string(FieldName.requestID, requestID)
        body.string(FieldName.deviceID, deviceID)
        for (name, value) in try RequestFields.read(fields, contentType: "application/json") {
            let text = String(decoding: value, as: UTF8.self)
            if name == FieldName.binaryTicket {
                body.string(FieldName.ticket, self.text(ofCode: bytes(ofHexadecimal: text) ?? []))
            } else if Self.integers.contains(name), let number = LooseInteger.value(text) {
                body.int(name, number)
            } else {
                body.string(name, text)
            }
        }
        return wireRequest(call, body)
    }

    /// Whole numbers by the document's tables, whatever a device made of them.
    private static let integers: Set = [
        FieldName.ticketCheckMode, FieldName.cardCheckMode, FieldName.ticketsEnabled, FieldName.cardsEnabled,
        FieldName.whiteListRequired, FieldName.softwareVersion, FieldName.lineListRequired,
    ]
}
