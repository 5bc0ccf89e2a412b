import Base

/// What the configuration says of a scanner. Each protocol takes what concerns it and ignores the rest.
public struct ScannerSettings: Hashable, Sendable {
    /// Of a serial scanner's line.
    public var baud = 9600
    /// What ends a code on a serial line, up to 8 bytes; empty when only a pause does. What a HID-POS scanner appends.
    public var terminator: [UInt8] = [0x0D]
    /// A longer pause within a code ends it, or drops what has come of it.
    public var interKey = Duration.milliseconds(200)
    /// Of one code, in bytes.
    public var maximumLength = 1024

    public init() {}
}
