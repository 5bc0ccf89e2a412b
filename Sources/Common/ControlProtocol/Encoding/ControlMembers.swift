import Base
import JSON

/// The members of one JSON object, each named once: the same description writes a value and reads it, so that the two sides of the
/// protocol cannot drift apart.
///
/// Reading is tolerant, since the two sides may be of different releases: what is not known is passed over, and what is absent or of
/// another kind leaves the member as it was, except for the few members that are `required`.
public struct ControlMembers {
    private var members: [JSONObject.Member] = []
    /// Nil while a value is written.
    private let source: JSONObject?
    /// False when a required member was not there.
    private(set) var isComplete = true

    private init(_ source: JSONObject?) { self.source = source }

    /// The object that stands for `value`.
    static func object(of value: some ControlValue) -> JSONObject {
        var value = value
        var members = ControlMembers(nil)
        value.members(&members)
        return JSONObject(members.members)
    }

    /// The value that `object` stands for; nil when a required member is missing.
    static func value<Value: ControlValue>(of object: JSONObject, as _: Value.Type = Value.self) -> Value? {
        var value = Value()
        var members = ControlMembers(object)
        value.members(&members)
        return members.isComplete ? value : nil
    }

    /// A member of any kind. `write` gives nil where the member is left out; `read` gives nil where what is there is none.
    public mutating func callAsFunction<Member>(
        _ name: String, _ member: inout Member, isRequired: Bool = false, write: (Member) -> JSONValue?,
        read: (JSONValue) -> Member?
    ) {
        guard let source else {
            if let value = write(member) { members.append(JSONObject.Member(key: name, value: value)) }
            return
        }
        if let found = source[name].flatMap(read) { member = found } else if isRequired { isComplete = false }
    }

    // MARK: Texts and numbers

    public mutating func callAsFunction(_ name: String, _ text: inout String) {
        self(name, &text, write: { .string($0) }, read: \.string)
    }

    public mutating func callAsFunction(_ name: String, required text: inout String) {
        self(name, &text, isRequired: true, write: { .string($0) }, read: \.string)
    }

    public mutating func callAsFunction(_ name: String, required texts: inout [String]) {
        self(name, &texts, isRequired: true, write: { .array($0.map { .string($0) }) }, read: { $0.array?.compactMap(\.string) })
    }

    /// Null stands for nil.
    public mutating func callAsFunction(_ name: String, _ text: inout String?) {
        self(name, &text, write: { $0.map { .string($0) } ?? .null }, read: \.string)
    }

    /// Left out when it is nil.
    public mutating func callAsFunction(_ name: String, ifPresent text: inout String?) {
        self(name, &text, write: { $0.map { .string($0) } }, read: \.string)
    }

    public mutating func callAsFunction(_ name: String, _ texts: inout [String]) {
        self(name, &texts, write: { .array($0.map { .string($0) }) }, read: { $0.array?.compactMap(\.string) })
    }

    public mutating func callAsFunction(_ name: String, required number: inout Int) {
        self(name, &number, isRequired: true, write: { .int($0) }, read: \.int)
    }

    /// Null stands for nil.
    public mutating func callAsFunction(_ name: String, _ number: inout Int?) {
        self(name, &number, write: { $0.map { .int($0) } ?? .null }, read: \.int)
    }

    /// Left out when it is nil.
    public mutating func callAsFunction(_ name: String, ifPresent number: inout Int?) {
        self(name, &number, write: { $0.map { .int($0) } }, read: \.int)
    }

    public mutating func callAsFunction(_ name: String, _ numbers: inout [Int]) {
        self(name, &numbers, write: { .array($0.map { .int($0) }) }, read: { $0.array?.compactMap(\.int) })
    }

    /// Null stands for nil.
    public mutating func callAsFunction(_ name: String, _ number: inout Double?) {
        self(name, &number, write: { $0.map { .double($0) } ?? .null }, read: \.double)
    }

    public mutating func callAsFunction(_ name: String, _ flag: inout Bool) {
        self(name, &flag, write: { .bool($0) }, read: \.bool)
    }

    /// Null stands for nil.
    public mutating func callAsFunction(_ name: String, _ flag: inout Bool?) {
        self(name, &flag, write: { $0.map { .bool($0) } ?? .null }, read: \.bool)
    }

    /// 0 or 1, as the platform's interface writes a switch.
    public mutating func callAsFunction(_ name: String, digit flag: inout Bool) {
        self(name, &flag, write: { .int($0 ? 1 : 0) }, read: { $0.int.map { $0 == 1 } })
    }

    /// A word of a closed list. Null stands for nil, and so does a word that a later release has added.
    public mutating func callAsFunction<Word: RawRepresentable<String>>(_ name: String, _ word: inout Word?) {
        self(name, &word, write: { $0.map { .string($0.rawValue) } ?? .null }, read: { $0.string.flatMap(Word.init(rawValue:)) })
    }

    // MARK: Times

    /// RFC 3339 in UTC with milliseconds. Null stands for nil.
    public mutating func callAsFunction(_ name: String, _ time: inout WallTime?) {
        self(
            name, &time, write: { $0.map { .string($0.timestamp) } ?? .null },
            read: { $0.string.flatMap(WallTime.init(timestamp:)) })
    }

    /// Whole seconds. Null stands for nil.
    public mutating func callAsFunction(_ name: String, seconds duration: inout Duration?) {
        self(name, &duration, write: { $0.map { .int($0.wholeSeconds) } ?? .null }, read: { $0.int.map { .seconds($0) } })
    }

    /// Whole milliseconds. Null stands for nil.
    public mutating func callAsFunction(_ name: String, milliseconds duration: inout Duration?) {
        self(
            name, &duration, write: { $0.map { .int($0.wholeMilliseconds) } ?? .null }, read: { $0.int.map { .milliseconds($0) } }
        )
    }

    /// Whole microseconds. Null stands for nil.
    public mutating func callAsFunction(_ name: String, microseconds duration: inout Duration?) {
        self(
            name, &duration, write: { $0.map { .int($0.wholeMicroseconds) } ?? .null }, read: { $0.int.map { .microseconds($0) } }
        )
    }

    // MARK: Values

    public mutating func callAsFunction<Value: ControlValue>(_ name: String, _ value: inout Value) {
        self(name, &value, write: { $0.json }, read: { Value($0) })
    }

    /// Null stands for nil.
    public mutating func callAsFunction<Value: ControlValue>(_ name: String, _ value: inout Value?) {
        self(name, &value, write: { $0?.json ?? .null }, read: { Value($0) })
    }

    /// Left out when it is nil.
    public mutating func callAsFunction<Value: ControlValue>(_ name: String, ifPresent value: inout Value?) {
        self(name, &value, write: { $0?.json }, read: { Value($0) })
    }

    /// Elements that are none are passed over.
    public mutating func callAsFunction<Value: ControlValue>(_ name: String, _ values: inout [Value]) {
        self(name, &values, write: { .array($0.map(\.json)) }, read: { $0.array?.compactMap { Value($0) } })
    }

    public mutating func callAsFunction<Value: ControlValue>(_ name: String, required values: inout [Value]) {
        self(name, &values, isRequired: true, write: { .array($0.map(\.json)) }, read: { $0.array?.compactMap { Value($0) } })
    }
}
