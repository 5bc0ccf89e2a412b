import PlatformAPI

/// Why a record that was taken could not be settled.
public enum SetAsideReason: String, CaseIterable, Sendable {
    // Raw values are the column's, and of listings and metrics.
    case unknownDevice = "unknown_device"
    case deviceUnreadable = "device_unreadable"
    /// Since it was put aside: no record is taken from such a device.
    case deviceRevoked = "device_revoked"
    case subjectMissing = "subject_missing"
    case cardUnreadable = "card_unreadable"
    case timeMissing = "time_missing"
    case timeUnreadable = "time_unreadable"
    case statusUnknown = "status_unknown"
    case contentUnreadable = "content_unreadable"

    /// What is wrong with a record of a device that is known.
    public init(_ mistake: FieldError) {
        self =
            switch mistake.field {
            case "device_id": .deviceUnreadable
            case "card_id": mistake.isMissing ? .subjectMissing : .cardUnreadable
            case "qr_code": .subjectMissing
            case "time": mistake.isMissing ? .timeMissing : .timeUnreadable
            case "status": .statusUnknown
            default: .contentUnreadable
            }
    }

    /// Whether nobody knows the device, so that there is no end to those who might send such records.
    public var isOfUnknownDevice: Bool { self == .unknownDevice || self == .deviceUnreadable }

    public static let ofUnknownDevices = allCases.filter(\.isOfUnknownDevice)

    /// For the operator: what is wrong, and what helps.
    public var explanation: String {
        switch self {
        case .unknownDevice: "the device is not registered: validator-hub add-device or enrol, then set-aside --retry"
        case .deviceUnreadable: "device_id is missing, or can be no device's: correct the device's settings"
        case .deviceRevoked: "the device was revoked: validator-hub set-secret or enrol, if it is back in good hands"
        case .subjectMissing: "the card number or the ticket is missing where the call has it"
        case .cardUnreadable: "the card number is no hexadecimal number of 1 to 30 digits"
        case .timeMissing: "the time is missing"
        case .timeUnreadable: "the time cannot be read"
        case .statusUnknown: "the status is none of 0, 1 and 2"
        case .contentUnreadable: "a field cannot be read"
        }
    }
}
