import Base
import HTTPTypes
import HubDomain
import Hummingbird
import JSON

/// What went wrong, as RFC 9457 has it.
struct Problem {
    var status: HTTPResponse.Status
    /// The end of `type`, which programs act on.
    var kind: String
    var title: String
    var retryAfter: Duration?

    var response: Response {
        let json = JSONValue.object([
            "type": .string("urn:validator:\(kind)"), "title": .string(title), "status": .int(status.code),
        ])
        var headers: HTTPFields = [.contentType: "application/problem+json"]
        if let retryAfter { headers[.retryAfter] = String(retryAfter.wholeSeconds + 1) }
        if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}

extension Problem {
    init(_ refusal: EnrolmentRefusal, retryAfter: Duration? = nil) {
        self.init(
            status: HTTPResponse.Status(code: refusal.status), kind: refusal.rawValue, title: refusal.title,
            retryAfter: retryAfter)
    }

    init(_ refusal: Refusal) {
        let isRevoked = refusal.code == .deviceRevoked
        self.init(
            status: isRevoked ? .forbidden : .unauthorized, kind: isRevoked ? "device-revoked" : "caller-refused",
            title: refusal.message)
    }

    /// Nothing was stored.
    static let unavailable = Problem(
        status: .serviceUnavailable, kind: "unavailable", title: "the hub cannot store anything now: try again later",
        retryAfter: .seconds(5))
}
