import Base

/// The one byte with which an A0-framed UHF reader says how a command went ("UHF RFID Reader Serial Interface Protocol"
/// V3.7, section 3).
package struct UHFA0Status: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package static let success = UHFA0Status(rawValue: 0x10)
    package static let antennaMissing = UHFA0Status(rawValue: 0x22)
    package static let readFailed = UHFA0Status(rawValue: 0x32)
    package static let noTag = UHFA0Status(rawValue: 0x36)
    package static let powerOutOfRange = UHFA0Status(rawValue: 0x48)

    /// What a tag does, or does not let be done, whatever the module's own health.
    private static let ofTags: Set<UInt8> = [0x32, 0x37, 0x40, 0x50]
    package var isOfTag: Bool { Self.ofTags.contains(rawValue) }

    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// What it means, for a technician: `output power out of range`.
    package var description: String {
        switch rawValue {
        case 0x10: "success"
        case 0x11: "command failed"
        case 0x20: "the module's processor could not be reset"
        case 0x21: "the carrier could not be switched on"
        case 0x22: "antenna missing"
        case 0x23: "flash memory could not be written"
        case 0x24: "flash memory could not be read"
        case 0x25: "output power could not be set"
        case 0x31: "inventory failed"
        case 0x32: "tag could not be read"
        case 0x36: "no tag there"
        case 0x37: "tag found, but not accessible"
        case 0x40: "tag wants a password"
        case 0x41: "invalid parameter"
        case 0x42: "too many words"
        case 0x43: "memory bank out of range"
        case 0x46: "invalid reader address"
        case 0x48: "output power out of range"
        case 0x4B: "buzzer mode out of range"
        case 0x4C, 0x4D: "EPC of a wrong length"
        case 0x4E: "invalid match mode"
        case 0x50: "tag fell silent"
        case 0x52: "frequency synthesiser does not lock"
        case 0x53: "the radio chip does not answer"
        case 0x54: "output power not reached"
        case 0x55: "firmware not licensed"
        case 0x56: "frequency region invalid"
        case 0x57: "output power too low"
        default: "error \(hexadecimal([rawValue]))"
        }
    }
}
