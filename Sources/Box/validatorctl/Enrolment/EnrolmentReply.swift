import Base
import JSON

/// What the hub answers a box that enrols (docs/hub.md, "Enrolment").
struct EnrolmentReply: Hashable, Sendable {
    /// Of the whole reply, in bytes.
    static let maximumBytes = 65536
    /// Of a secret, in bytes: fewer can be guessed, more is no word of a header.
    private static let secretLengths = 16...256

    /// What the box proves itself with from now on.
    var secret: String
    /// Of the calls of the platform's document.
    var baseURL: String
    /// Of the hub that manages this box.
    var managementURL: String
    /// By which tickets are sealed beyond the platform's keys; nil where the hub has none.
    var ticketSecret: String?

    /// - Parameter deviceID: whose code it was to be.
    /// - Throws: what the hub said instead, and what to do.
    init(status: Int, body: [UInt8], retryAfter: Duration?, deviceID: String) throws(ControlFailure) {
        let json = try? JSONValue(parsing: body, maximumBytes: Self.maximumBytes)
        guard (200..<300).contains(status) else {
            throw Self.failure(status, json ?? .null, retryAfter: retryAfter, deviceID: deviceID)
        }
        guard let secret = json?["secret"]?.string, Self.isSecret(secret),
            let baseURL = json?["base_url"]?.string, let url = json?["url"]?.string
        else {
            throw .badData("the hub's answer lacks what a box needs; is the URL that of a hub's /manage/v1? nothing was changed")
        }
        (self.secret, self.baseURL, managementURL) = (secret, baseURL, url)
        ticketSecret = json?["ticket_secret"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func isSecret(_ text: String) -> Bool {
        secretLengths.contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static func failure(_ status: Int, _ problem: JSONValue, retryAfter: Duration?, deviceID: String) -> ControlFailure {
        let newCode = "ask the hub's operator for a new one (validator-hub enrol \(deviceID))"
        let kind = (problem["type"]?.string ?? "").split(whereSeparator: { $0 == ":" || $0 == "/" }).last ?? ""
        let detail = problem["detail"]?.string ?? problem["title"]?.string ?? "HTTP status \(status)"
        switch (status, kind) {
        case (_, "code-unknown"):
            return .codeRefused("the hub knows no such code: check its letters, or \(newCode)")
        case (_, "code-used"):
            return .codeRefused(
                "the code was used already: \(newCode), and tell him if it was not this box that used it: somebody else has its secret"
            )
        case (_, "code-expired"):
            return .codeRefused("the code has expired: \(newCode)")
        case (_, "code-of-another-device"):
            return .codeRefused("the code is another device's than \(deviceID): check device.id in this box's configuration")
        case (429, _), (500..., _):
            let pause = retryAfter.map { "in \($0.wholeSeconds) s" } ?? "later"
            return .hubBusy("the hub does not enrol anybody now (\(detail)): try again \(pause)")
        case (_, ""):
            return .badArgument("HTTP status \(status): there is no hub's /manage/v1 at this URL; check it")
        default:
            return .codeRefused("the hub refuses to enrol \(deviceID): \(detail)")
        }
    }
}
