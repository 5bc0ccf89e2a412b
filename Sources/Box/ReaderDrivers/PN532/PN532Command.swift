/// The commands of the PN532 that the box uses (NXP UM0701-02, section 7).
package enum PN532Command: UInt8, Sendable {
    case getFirmwareVersion = 0x02
    case setParameters = 0x12
    case samConfiguration = 0x14
    case rfConfiguration = 0x32
    case inListPassiveTarget = 0x4A

    /// Code and parameters.
    package var payload: [UInt8] {
        switch self {
        case .getFirmwareVersion: [rawValue]
        // No automatic RATS: only the UID is wanted, and a card that has not changed to ISO/IEC 14443-4 goes back to
        // its idle state, in which the next poll finds it, by itself.
        case .setParameters: [rawValue, 0x00]
        // Normal mode, the SAM is not used; timeout 20 x 50 ms (unused in this mode); no IRQ.
        case .samConfiguration: [rawValue, 0x01, 0x14, 0x00]
        // Item 5, retries: ATR_REQ and PSL_REQ by default, two of the passive activation, so that an empty field is
        // told within some 20 ms instead of never, and a card that missed the first request is found by the second.
        case .rfConfiguration: [rawValue, 0x05, 0xFF, 0x01, 0x02]
        // One target, 106 kbit/s type A.
        case .inListPassiveTarget: [rawValue, 0x01, 0x00]
        }
    }

    package var responseCode: UInt8 { rawValue + 1 }

    /// What the line needs before a command may be sent to a sleeping chip (section 7.2.11): long enough a preamble.
    static let wakeUp: [UInt8] = [0x55, 0x55] + [UInt8](repeating: 0, count: 14)
}
