import Base

/// What a scanner's bytes mean. Pure: one conforming type for each kind of scanner.
public protocol ScannerDecoder: Sendable {
    /// True when the scanner is a keyboard, whose keys no other program may receive and whose modifiers can be asked.
    var isKeyboard: Bool { get }

    /// Comes first, to a decoder as new, whenever the device has been opened. `reportDescriptor` is what a hidraw
    /// device says of its reports (USB HID 1.11, section 6.2.2); other files have none.
    mutating func opened(reportDescriptor: [UInt8]?)

    /// Why the device that was opened is none for this decoder, and what to do; nil when it may be one.
    var mismatch: String? { get }

    /// Takes in what the device sent, and when it was read: one whole report of a hidraw device; from any other file
    /// a piece of it, cut anywhere. A pause is told by `timeOut` alone: bytes that were read late, since the loop was held
    /// up, did not come late.
    mutating func decode(_ bytes: [UInt8], now: Instant) -> [ScannerOutput]

    /// When `timeOut` is due unless something comes before; nil when nothing is waited for.
    var nextDeadline: Instant? { get }

    /// `nextDeadline` has come. A call that comes early does nothing.
    mutating func timeOut(now: Instant) -> [ScannerOutput]

    /// Learns which keys are held, as the device itself says. Comes when it has been opened, and after `modifiersWanted`.
    mutating func setModifiers(_ modifiers: KeyboardModifiers)
}

/// What most kinds of scanner do not care about.
extension ScannerDecoder {
    public var isKeyboard: Bool { false }
    public mutating func opened(reportDescriptor: [UInt8]?) {}
    public var mismatch: String? { nil }
    public var nextDeadline: Instant? { nil }
    public mutating func timeOut(now: Instant) -> [ScannerOutput] { [] }
    public mutating func setModifiers(_ modifiers: KeyboardModifiers) {}
}

/// What came of some bytes.
public enum ScannerOutput: Hashable, Sendable {
    /// A whole scan without its terminator, never empty.
    case scan([UInt8])
    /// Input was thrown away, and why.
    case dropped(reason: String)
    /// What a technician should know of the scanner, told once.
    case advice(String)
    /// Events were lost: the held keys are to be asked from the device.
    case modifiersWanted
}
