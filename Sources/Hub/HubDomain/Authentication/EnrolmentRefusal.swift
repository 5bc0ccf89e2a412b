/// Why a box is given no secret. The raw values end the `type` of the problem that it is told (RFC 9457), and are stable: boxes act on them.
public enum EnrolmentRefusal: String, Error, CaseIterable, Sendable {
    case unknownCode = "code-unknown"
    case usedCode = "code-used"
    case expiredCode = "code-expired"
    case otherDevice = "code-of-another-device"
    case revokedDevice = "device-revoked"
    /// Somebody tries one code after the other, and so nobody is listened to for a while.
    case tooManyAttempts = "too-many-attempts"
    /// `device_id` or `code` is missing.
    case malformed = "malformed-request"

    /// The HTTP status.
    public var status: Int {
        switch self {
        case .unknownCode, .otherDevice, .revokedDevice: 403
        case .usedCode, .expiredCode: 410
        case .tooManyAttempts: 429
        case .malformed: 400
        }
    }

    /// For people (`title`).
    public var title: String {
        switch self {
        case .unknownCode: "there is no such code"
        case .usedCode: "the code was used already"
        case .expiredCode: "the code has expired"
        case .otherDevice: "the code is another device's"
        case .revokedDevice: "the device was revoked"
        case .tooManyAttempts: "too many attempts: try again later"
        case .malformed: "device_id and code are needed, both strings"
        }
    }
}
