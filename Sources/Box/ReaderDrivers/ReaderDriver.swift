import Base

/// What a card reader's protocol is told: what happens to its port.
public typealias CardReaderInput = DeviceEvent

/// What a card reader's protocol wants done.
nonisolated public enum CardReaderOutput: Hashable, Sendable {
    case write([UInt8])
    /// A card has come into the field and was read.
    case card(uid: [UInt8])
    /// A card that was in the field already was read again. For read events only; never a tap.
    case sighting(uid: [UInt8])
    /// A card was found, but could not be read. Counted, not told; it is tried again while it is there.
    case unreadable
    /// The device answers as it should; what it calls itself.
    case ready(String)
    /// A command failed, was broken off, and is sent once more. Counted, not told.
    case aborted
    /// The device does not answer as it should, and why; the driver wakes it and sets it up anew.
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
    case uhfA0 = "uhf-a0"
    case asciiLine = "ascii-line"
    case twn4

    public func makeDriver(_ settings: CardReaderSettings) -> any CardReaderDriver {
        switch self {
        case .pn532: PN532Driver()
        case .uhfA0: UHFA0Driver(settings)
        case .asciiLine: ASCIILineDriver(settings)
        case .twn4: TWN4Driver()
        }
    }

    /// What readers of this protocol are set to when they are new.
    public var usualBaud: Int {
        switch self {
        case .pn532, .uhfA0: 115_200
        case .asciiLine, .twn4: 9600
        }
    }

    /// True of readers that report by themselves, each report being a read; else a read is a card's entry into the field.
    public var reportsReads: Bool {
        switch self {
        case .uhfA0, .asciiLine: true
        case .pn532, .twn4: false
        }
    }
}
