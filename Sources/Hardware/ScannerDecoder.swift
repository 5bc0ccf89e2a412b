import ValidatorCore

/// What a scanner's bytes mean. Pure: one conforming type for each kind of scanner.
nonisolated public protocol ScannerDecoder: Sendable {
    /// True when the scanner is a keyboard, whose keys no other program may receive and whose modifiers can be asked.
    var isKeyboard: Bool { get }

    /// Takes in what the device sent, split anywhere, and when it was read.
    mutating func decode(_ bytes: [UInt8], now: Instant) -> [ScannerOutput]

    /// Learns which keys are held, as the device itself says. Comes when it has been opened, and after `modifiersWanted`.
    mutating func setModifiers(_ modifiers: KeyboardModifiers)
}

extension ScannerDecoder {
    nonisolated public var isKeyboard: Bool { false }
    nonisolated public mutating func setModifiers(_ modifiers: KeyboardModifiers) {}
}

/// What came of some bytes.
nonisolated public enum ScannerOutput: Hashable, Sendable {
    /// A whole scan without its terminator, never empty.
    case scan([UInt8])
    /// Input was thrown away, and why.
    case dropped(reason: String)
    /// Events were lost: the held keys are to be asked from the device.
    case modifiersWanted
}
