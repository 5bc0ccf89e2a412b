/// The number grammar of RFC 8259 section 6, byte by byte.
enum NumberGrammar {
    case start, minus, zero, integer, point, fraction, exponentMark, exponentSign, exponent
    /// Digits with zeros in front, which are no number, see `acceptPadded`.
    case padded

    /// True when a number may begin with `byte`.
    static func canBegin(with byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// True when the number may end here.
    var isComplete: Bool {
        switch self {
        case .zero, .integer, .fraction, .exponent, .padded: true
        case .start, .minus, .point, .exponentMark, .exponentSign: false
        }
    }

    /// False, and unchanged, when the number does not go on with `byte`.
    mutating func accept(_ byte: UInt8) -> Bool {
        let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        // Most are whole and short.
        if self == .integer, isDigit { return true }
        let isMark = byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
        switch self {
        case .start where byte == UInt8(ascii: "-"): self = .minus
        case .start where byte == UInt8(ascii: "0"), .minus where byte == UInt8(ascii: "0"): self = .zero
        case .start where isDigit, .minus where isDigit: self = .integer
        case .zero where byte == UInt8(ascii: "."), .integer where byte == UInt8(ascii: "."): self = .point
        case .point where isDigit, .fraction where isDigit: self = .fraction
        case .zero where isMark, .integer where isMark, .fraction where isMark: self = .exponentMark
        case .exponentMark where byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"): self = .exponentSign
        case .exponentMark where isDigit, .exponentSign where isDigit, .exponent where isDigit: self = .exponent
        default: return false
        }
        return true
    }

    /// The lenient dialect's further step: another digit behind a zero in front. False, and unchanged, when `byte` is none.
    mutating func acceptPadded(_ byte: UInt8) -> Bool {
        guard self == .zero || self == .padded, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return false }
        self = .padded
        return true
    }
}
