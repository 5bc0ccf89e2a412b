import Base
import PlatformAPI

extension FuzzTarget {
    /// A box's request as the hub reads it, as JSON and as a form: messages are short, and the box's own writer says the same again, and so does
    /// what is kept of a record that is put aside.
    static let deviceRequest = FuzzTarget(name: "device-request") { input in
        for call in PlatformCall.allCases {
            for body in WireFormat.Body.allCases {
                let type = body == .form ? "application/x-www-form-urlencoded" : "application/json"
                do throws(FieldError) {
                    let request = try DeviceRequest(call: call, contentType: type, body: input)
                    if request.isRecord { try checkKept(request) }
                    let written = try encode(request, body)
                    let again = try DeviceRequest(call: call, contentType: written.contentType, body: written.body)
                    let twice = try encode(again, body)
                    guard written == twice else {
                        let texts = [written, twice].map { String(decoding: $0.body, as: UTF8.self) }
                        throw FieldError(field: unstable, problem: "is read back as another: \(texts)")
                    }
                } catch {
                    try require(error.field != unstable, "\(error)")
                    try require("\(error)".utf8.count <= 1000, "a message of \("\(error)".utf8.count) bytes")
                }
            }
        }
    }

    /// What is kept of a record is a record of the same, however often.
    private static func checkKept(_ request: DeviceRequest) throws(FieldError) {
        let body = request.bodyWithoutCredentials
        guard let kept = try? DeviceRequest(call: request.call, kept: body), kept.isRecord, kept.presented == request.presented,
            kept.requestID == request.requestID, kept.deviceID == request.deviceID, kept.bodyWithoutCredentials == body
        else { throw FieldError(field: unstable, problem: "is kept as another: \(String(decoding: body, as: UTF8.self))") }
    }

    /// Of an error that is this target's own.
    private static let unstable = "the request"

    private static func encode(_ request: DeviceRequest, _ body: WireFormat.Body) throws(FieldError) -> WireRequest {
        let content = try request.content(timeZone: FixedZone.shanghai)
        var format = WireFormat(baseURL: "http://-", deviceID: request.deviceID ?? "-", softwareVersion: 1)
        format.body = body
        return format.encode(PlatformRequest(requestID: UniqueID(high: 1, low: 2), content: content, timeout: .seconds(1)))
    }
}
