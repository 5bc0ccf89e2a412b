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
        var bytes = text.utf8.makeIterator()
        guard let first = bytes.next(), var grammar = NumberGrammar(first: first) else { return nil }
        while let byte = bytes.next() {
            guard grammar.accept(byte) else { return nil }
        }
        guard grammar.isComplete else { return nil }
        self.text = text
    }

    /// The tokenizer has held it against the grammar.
    init(validated bytes: Span<UInt8>) {
        text = String(utf8: bytes)
    }

    /// Nil unless it is a whole number that an `Int` holds; `1.0` and `1e3` are whole.
    public var int: Int? {
        Int(text) ?? double.flatMap { Int(exactly: $0) }
    }

    /// The nearest `Double`; nil when none is near.
    public var double: Double? {
        Double(text).flatMap { $0.isFinite ? $0 : nil }
    }

    public var description: String { text }
}
