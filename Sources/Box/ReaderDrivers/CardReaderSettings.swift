/// What the configuration says of a reader beyond its port. Each protocol takes what concerns it and ignores the rest.
public struct CardReaderSettings: Hashable, Sendable {
    /// Which number of a UHF tag is read.
    public enum Identity: String, CaseIterable, Sendable {
        /// The chip's serial number, which nobody can rewrite (GS1 EPC Gen2, memory bank 10).
        case tid
        /// The number that was written into the tag (memory bank 01).
        case epc
    }

    /// How a line of text holds a card's number.
    public enum LineContent: String, CaseIterable, Sendable {
        /// As the line's form tells.
        case automatic
        case hexadecimal, decimal
    }

    public var identity = Identity.tid
    /// A UHF reader's output power; nil leaves the reader as it is.
    public var transmitPowerDBm: Int?
    /// Whether the reader's own buzzer sounds at each card.
    public var beeps = false
    /// What ends a line of text, 1 to 8 bytes.
    public var terminator: [UInt8] = [0x0D]
    public var lineContent = LineContent.automatic
    /// How often a card must have been read, without its going in between, before it counts; at least 1.
    public var confirmReads = 1

    public init() {}
}
