/// What is taken for JSON, and how much of it.
public struct JSONRules: Sendable {
    public enum Dialect: Sendable {
        /// RFC 8259. UTF-8 is validated, and an escaped surrogate without its partner is an error.
        case strict
        /// Also what programs write that put JSON together by hand: a byte order mark and control characters between the
        /// parts, trailing commas, `//` comments, single-quoted strings, control characters in strings, and anything behind the
        /// document. Digits with zeros in front are a string, since the zeros count in a card's number. Text that is not UTF-8 is
        /// passed on as it is (see `LooseCharacters` for Big5 and GBK), an escaped surrogate without its partner becomes U+FFFD.
        case lenient
    }

    /// As many levels as fit the tokenizer's 64-bit stack.
    public static let deepest = 64

    public var dialect: Dialect
    /// Of one string, key or number, escapes resolved.
    public var maximumTokenBytes: Int
    /// Of arrays and objects within each other; at most `deepest`.
    public var maximumDepth: Int

    public init(_ dialect: Dialect, maximumTokenBytes: Int = 65536, maximumDepth: Int = 64) {
        precondition(maximumTokenBytes > 0 && (1...Self.deepest).contains(maximumDepth))
        self.dialect = dialect
        self.maximumTokenBytes = maximumTokenBytes
        self.maximumDepth = maximumDepth
    }

    public static let strict = JSONRules(.strict)
    public static let lenient = JSONRules(.lenient)
}
