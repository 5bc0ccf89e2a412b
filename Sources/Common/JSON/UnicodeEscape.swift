/// Gathers `\uXXXX` escapes, pairs of surrogates included.
struct UnicodeEscape {
    private var digits = 0
    private var unit: UInt16 = 0
    /// The first half of a pair, whose second must follow.
    private(set) var highSurrogate: UInt16?

    enum Result {
        case incomplete
        case scalar(Unicode.Scalar)
        /// The first half of a pair; the second must be escaped likewise.
        case highSurrogate
        /// A second half that no first precedes.
        case loneLowSurrogate
        case notHexadecimal
    }

    mutating func accept(_ byte: UInt8) -> Result {
        let digit: UInt8
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
        default: return .notHexadecimal
        }
        unit = unit << 4 | UInt16(digit)
        digits += 1
        guard digits == 4 else { return .incomplete }
        defer { (digits, unit) = (0, 0) }
        if let high = highSurrogate, UTF16.isTrailSurrogate(unit) {
            highSurrogate = nil
            return .scalar(UTF16.decode(UTF16.EncodedScalar([high, unit])))
        }
        if UTF16.isLeadSurrogate(unit) {
            highSurrogate = unit
            return .highSurrogate
        }
        // Nil only for a surrogate.
        return Unicode.Scalar(unit).map { .scalar($0) } ?? .loneLowSurrogate
    }

    /// Gives up on the second half.
    mutating func dropHighSurrogate() {
        highSurrogate = nil
    }
}
