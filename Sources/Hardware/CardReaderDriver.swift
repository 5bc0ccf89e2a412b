import ValidatorCore

/// What a card reader's protocol is told.
nonisolated public enum CardReaderInput: Hashable, Sendable {
    /// The port has just been opened; nothing is known of the device.
    case opened
    /// At most `CardReader.readSize` bytes, cut anywhere.
    case bytes([UInt8])
    /// `nextDeadline` has come.
    case timer
    /// The port is gone: unplugged, or closed as `reopen` wanted it.
    case closed
}

/// What a card reader's protocol wants done.
nonisolated public enum CardReaderOutput: Hashable, Sendable {
    case write([UInt8])
    /// A card has come into the field.
    case card(uid: [UInt8])
    /// The device answers as it should; what it calls itself.
    case ready(String)
    /// The device does not answer as it should, and why; the driver tries to bring it back.
    case recovering(reason: String)
    /// Nothing helped: close the port, and open it anew after a pause.
    case reopen(reason: String)
}

/// A card reader's protocol as a machine without a port and without a clock: inputs in, outputs back, in their order.
nonisolated public protocol CardReaderDriver: Sendable {
    /// The device's name in messages: `PN532`.
    var name: String { get }
    mutating func handle(_ input: CardReaderInput, now: Instant) -> [CardReaderOutput]
    /// When `timer` is due; nil when nothing is waited for.
    var nextDeadline: Instant? { get }
}

/// The protocols that readers speak, as the configuration names them.
nonisolated public enum CardReaderProtocol: String, CaseIterable, Sendable {
    case pn532

    public func makeDriver() -> any CardReaderDriver {
        switch self {
        case .pn532: PN532Driver()
        }
    }
}
