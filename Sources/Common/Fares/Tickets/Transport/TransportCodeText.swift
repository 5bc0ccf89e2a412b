import Base

/// A transport code as one text: what a keyboard scanner can carry, and a platform's field. Base64 (RFC 4648, sections 4 and 5, with
/// or without padding) or hexadecimal digits.
public enum TransportCodeText {
    /// Nil of a text that is of neither kind, or far from a code's length.
    public static func bytes(of text: [UInt8]) -> [UInt8]? {
        guard text.count <= 2 * TransportCode.counts.upperBound + 8, text.count >= 8 else { return nil }
        // Longer than base64 of the longest code: hexadecimal. Cut off, its beginning tells: a code's first byte has its top bit set.
        if let first = text.first, let value = hexadecimalValue(first), value >= 8,
            let bytes = Base.bytes(ofHexadecimal: String(decoding: text, as: UTF8.self))
        {
            return bytes
        }
        return base64(text)
    }

    /// A text of a code in which blanks stand where the form that brought it had plus signs of base64, and nobody had escaped them, with
    /// the plus signs; nil of any other text.
    static func restoringPlusSigns(in text: [UInt8]) -> [UInt8]? {
        let blank = UInt8(ascii: " ")
        guard text.contains(blank) else { return nil }
        let restored = text.map { $0 == blank ? UInt8(ascii: "+") : $0 }
        return base64(restored).map { TransportCode.flaw(in: $0) == nil } ?? false ? restored : nil
    }

    /// The first 12 bytes, which tell whose a text is although it is cut off or damaged further on; nil of one that is of neither kind
    /// throughout.
    static func beginning(of text: [UInt8]) -> [UInt8]? {
        guard text.count >= 24, text.allSatisfy({ value($0) != nil || $0 == UInt8(ascii: "=") }) else { return nil }
        if let first = text.first, let digit = hexadecimalValue(first), digit >= 8,
            text.allSatisfy({ hexadecimalValue($0) != nil })
        {
            return bytes(of: Array(text.prefix(24)))
        }
        return base64(Array(text.prefix(16)))
    }

    private static func base64(_ text: [UInt8]) -> [UInt8]? {
        var digits = text[...]
        while digits.last == UInt8(ascii: "="), digits.count > text.count - 2 { digits.removeLast() }
        return Fares.bytes(ofDigits: digits, bitsPerDigit: 6, value: value)
    }

    /// The six bits of a digit of base64, in either alphabet.
    static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
