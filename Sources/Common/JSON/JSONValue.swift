/// A whole JSON document or a part of one, for small documents; a `JSONTokenizer` reads large ones without holding them.
public indirect enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// Reads one document of at most `maximumBytes`.
    public init(
        parsing bytes: [UInt8], rules: JSONRules = .strict, maximumBytes: Int = 1 << 20
    ) throws(JSONError) {
        guard bytes.count <= maximumBytes else {
            throw JSONError(offset: maximumBytes, reason: "the document is longer than \(maximumBytes) bytes and goes on")
        }
        var tokenizer = JSONTokenizer(rules)
        var builder = JSONValueBuilder()
        try tokenizer.feed(bytes, to: &builder)
        try tokenizer.finish(to: &builder)
        self = builder.result
    }

    /// Reads one document from text.
    public init(parsing text: String, rules: JSONRules = .strict, maximumBytes: Int = 1 << 20) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), rules: rules, maximumBytes: maximumBytes)
    }

    /// Null where `value` is infinite or not a number, which JSON cannot say.
    public static func double(_ value: Double) -> JSONValue {
        JSONNumber(value).map { .number($0) } ?? .null
    }

    public static func int(_ value: some BinaryInteger) -> JSONValue {
        .number(JSONNumber(value))
    }

    public var isNull: Bool { self == .null }

    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// Nil unless it is a whole number that an `Int` holds.
    public var int: Int? {
        if case .number(let value) = self { value.int } else { nil }
    }

    public var double: Double? {
        if case .number(let value) = self { value.double } else { nil }
    }

    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    public var array: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    public var object: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// Nil too when this is no object.
    public subscript(key: String) -> JSONValue? { object?[key] }

    /// Compact, members in their order, non-ASCII as UTF-8.
    public var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }

    /// `bytes` as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(nilLiteral: ()) { self = .null }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements.map { JSONObject.Member(key: $0.0, value: $0.1) }))
    }
}
