/// The number grammar of RFC 8259 section 6, byte by byte.
enum NumberGrammar {
    case minus, zero, integer, point, fraction, exponentMark, exponentSign, exponent

    /// Nil when no number begins with `byte`.
    init?(first byte: UInt8) {
        switch byte {
        case UInt8(ascii: "-"): self = .minus
        case UInt8(ascii: "0"): self = .zero
        case UInt8(ascii: "1")...UInt8(ascii: "9"): self = .integer
        default: return nil
        }
    }

    /// True when the number may end here.
    var isComplete: Bool {
        switch self {
        case .zero, .integer, .fraction, .exponent: true
        case .minus, .point, .exponentMark, .exponentSign: false
        }
    }

    /// False, and unchanged, when the number does not go on with `byte`.
    mutating func accept(_ byte: UInt8) -> Bool {
        let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        let isMark = byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
        switch self {
        case .minus where byte == UInt8(ascii: "0"): self = .zero
        case .minus where isDigit, .integer where isDigit: self = .integer
        case .zero where byte == UInt8(ascii: "."), .integer where byte == UInt8(ascii: "."): self = .point
        case .point where isDigit, .fraction where isDigit: self = .fraction
        case .zero where isMark, .integer where isMark, .fraction where isMark: self = .exponentMark
        case .exponentMark where byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"): self = .exponentSign
        case .exponentMark where isDigit, .exponentSign where isDigit, .exponent where isDigit: self = .exponent
        default: return false
        }
        return true
    }
}
