/// A number as it is written, so that nothing is lost between reading and writing.
public struct JSONNumber: Hashable, Sendable, CustomStringConvertible {
    /// In the grammar of RFC 8259 section 6.
    public let text: String

    public init(_ value: some BinaryInteger) {
        text = String(value)
    }

    /// Nil when `value` is infinite or not a number, which JSON cannot say.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        text = value.description
    }

    /// Nil when `text` is not a JSON number.
    public init?(text: String) {
        var grammar = NumberGrammar.start
        guard text.utf8.allSatisfy({ grammar.accept($0) }), grammar.isComplete else { return nil }
        self.text = text
    }

    /// The tokenizer has held it against the grammar.
    init(validated bytes: Span<UInt8>) {
        text = String(utf8: bytes)
    }

    /// Nil unless it is a whole number that an `Int` holds; `1.0` and `1e3` are whole.
    public var int: Int? {
        Int(text) ?? scaledInt
    }

    /// Exact, unlike by way of a `Double`, whose nearest one to `1e-400` is 0.
    private var scaledInt: Int? {
        let parts = text.utf8.split(maxSplits: 1) { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }
        guard let mantissa = parts.first else { return nil }
        let point = mantissa.firstIndex(of: UInt8(ascii: "."))
        let fractionDigits = point.map { mantissa.distance(from: $0, to: mantissa.endIndex) - 1 } ?? 0
        var digits = mantissa.filter { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "-") }
        if digits.allSatisfy({ $0 == UInt8(ascii: "0") }) { return 0 }
        guard let exponent = parts.count == 2 ? Int(String(parts[1]) ?? "") : 0, abs(exponent) <= 1 << 20 else { return nil }
        var shift = exponent - fractionDigits
        while shift < 0, digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            shift += 1
        }
        // An Int has 19 digits at most.
        guard shift >= 0, shift <= 19, digits.count <= 1 << 16 else { return nil }
        digits += [UInt8](repeating: UInt8(ascii: "0"), count: shift)
        return Int((text.hasPrefix("-") ? "-" : "") + String(decoding: digits, as: UTF8.self))
    }

    /// The nearest `Double`; nil when none is near.
    public var double: Double? {
        Double(text).flatMap { $0.isFinite ? $0 : nil }
    }

    public var description: String { text }
}
