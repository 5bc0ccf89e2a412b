import Base

/// Reads one table of a configuration, key by key, and gathers every mistake instead of stopping at the first.
///
/// Each read names its key, so that what was never asked for is an unknown key. A wrong value yields the default (or an
/// empty value), and a mistake; the caller goes on as if all were well and throws the result away at the end:
///
///     let port = try ConfigurationReader.load(path: "hub.toml") { root in
///         root.table("http").integer("port", default: 8080, in: 1...65535)
///     }
public final class ConfigurationReader {
    /// The dotted path of this table; empty for the document.
    public let path: String
    /// Where the table begins; 0 when it is absent.
    public let line: Int
    /// False when the document does not have this table, so that every key has its default.
    public let isPresent: Bool

    private let members: [String: TomlValue]
    private let mistakes: MistakeList
    private var known: [String] = []
    private var children: [ConfigurationReader] = []

    private init(path: String, line: Int, members: [TomlMember]?, mistakes: MistakeList) {
        self.path = path
        self.line = line
        self.isPresent = members != nil
        self.members = Dictionary((members ?? []).map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        self.mistakes = mistakes
    }

    // MARK: Whole documents

    /// Reads the file with `read`, which must ask for every key that may be there.
    public static func load<Value>(
        path: String, _ read: (ConfigurationReader) -> Value
    ) throws(ConfigurationError) -> Value {
        let text: [UInt8]
        do { text = try ConfigurationFile.read(path) } catch { throw .unreadable(error) }
        return try parse(text, path: path, read)
    }

    /// Reads `text`; `path` is for messages only.
    public static func parse<Value>(
        _ text: [UInt8], path: String, _ read: (ConfigurationReader) -> Value
    ) throws(ConfigurationError) -> Value {
        let root: TomlValue
        do { root = try TomlDocument(text).root() } catch { throw .mistakes(path: path, [error]) }

        let mistakes = MistakeList()
        guard case .table(let members) = root.content else {
            preconditionFailure("a TOML document is a table")
        }
        let reader = ConfigurationReader(path: "", line: 1, members: members, mistakes: mistakes)
        let value = read(reader)
        reader.reportUnknownKeys()
        guard mistakes.all.isEmpty else {
            throw .mistakes(path: path, mistakes.all.sorted { ($0.line, $0.key) < ($1.line, $1.key) })
        }
        return value
    }

    // MARK: Tables

    /// The table of that name; when absent, one without members.
    public func table(_ key: String) -> ConfigurationReader {
        switch value(key) {
        case nil: return child(path: qualified(key), line: line, members: nil)
        case let value?:
            guard case .table(let members) = value.content else {
                report(key, "must be a table, as in [\(qualified(key))], not \(value.kind)")
                return child(path: qualified(key), line: value.line, members: nil)
            }
            return child(path: qualified(key), line: value.line, members: members)
        }
    }

    /// The tables of an array of tables (`[[key]]`), in their order; nil when there is none at all.
    public func tables(_ key: String) -> [ConfigurationReader]? {
        guard let value = value(key) else { return nil }
        guard case .array(let elements) = value.content else {
            report(key, "must be a list of tables, as in [[\(qualified(key))]], not \(value.kind)")
            return []
        }
        var readers: [ConfigurationReader] = []
        for (index, element) in elements.enumerated() {
            guard case .table(let members) = element.content else {
                report(key, "must hold tables only, not \(element.kind)")
                continue
            }
            readers.append(child(path: "\(qualified(key))[\(index)]", line: element.line, members: members))
        }
        return readers
    }

    /// The tables of an array of tables; when the document does not name it, so many tables without members.
    public func tables(_ key: String, countWhenAbsent: Int) -> [ConfigurationReader] {
        tables(key) ?? (0..<countWhenAbsent).map { child(path: "\(qualified(key))[\($0)]", line: line, members: nil) }
    }

    // MARK: Values

    /// True when the document names the key.
    public func has(_ key: String) -> Bool { value(key) != nil }

    public func string(_ key: String, default fallback: String) -> String {
        read(key, default: fallback, expected: "a string in quotes") { value in
            if case .string(let text) = value.content { text } else { nil }
        }
    }

    /// A string that must not be empty.
    public func nonEmptyString(_ key: String, default fallback: String) -> String {
        let text = read(key, default: nil, expected: "a string in quotes") { value -> String?? in
            if case .string(let text) = value.content { text } else { nil }
        }
        if text == "" { report(key, "must not be empty") }
        return text ?? fallback
    }

    /// A string that must be there and not be empty.
    public func requiredString(_ key: String) -> String {
        guard has(key) else {
            report(key, "is missing")
            return ""
        }
        return nonEmptyString(key, default: "")
    }

    public func boolean(_ key: String, default fallback: Bool) -> Bool {
        read(key, default: fallback, expected: "true or false") { value in
            if case .boolean(let boolean) = value.content { boolean } else { nil }
        }
    }

    public func integer(_ key: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        checked(key, default: fallback, in: range) {
            read(key, default: fallback, expected: "a whole number") { value in
                if case .integer(let integer) = value.content { Int(integer) } else { nil }
            }
        }
    }

    /// A whole number will do where a fraction is allowed.
    public func number(_ key: String, default fallback: Double, in range: ClosedRange<Double>) -> Double {
        checked(key, default: fallback, in: range) {
            read(key, default: fallback, expected: "a number") { value in
                switch value.content {
                case .number(let number): number
                case .integer(let integer): Double(integer)
                default: nil
                }
            }
        }
    }

    /// A whole number of milliseconds.
    public func milliseconds(_ key: String, default fallback: Int, in range: ClosedRange<Int>) -> Duration {
        .milliseconds(integer(key, default: fallback, in: range))
    }

    /// A whole number of seconds.
    public func seconds(_ key: String, default fallback: Int, in range: ClosedRange<Int>) -> Duration {
        .seconds(integer(key, default: fallback, in: range))
    }

    /// One of the enumeration's raw values.
    public func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, default fallback: Choice) -> Choice
    where Choice.RawValue == String {
        choice(string(key, default: fallback.rawValue), in: key) ?? fallback
    }

    /// Some of the enumeration's raw values, each at most once, in their order.
    public func choices<Choice: RawRepresentable & CaseIterable & Equatable>(_ key: String, default fallback: [Choice])
        -> [Choice]
    where Choice.RawValue == String {
        let choices: [Choice] = strings(key, default: fallback.map(\.rawValue)).compactMap { choice($0, in: key) }
        for (index, choice) in choices.enumerated() where choices[..<index].contains(choice) {
            report(key, "\"\(choice.rawValue)\" is there twice")
        }
        return choices
    }

    private func choice<Choice: RawRepresentable & CaseIterable>(_ text: String, in key: String) -> Choice?
    where Choice.RawValue == String {
        if let choice = Choice(rawValue: text) { return choice }
        let names = Choice.allCases.map(\.rawValue)
        let allowed = names.map { "\"\($0)\"" }.joined(separator: ", ")
        report(key, "\"\(text)\" is unknown\(hint(text, among: names)); one of \(allowed)")
        return nil
    }

    public func strings(_ key: String, default fallback: [String]) -> [String] {
        elements(key, default: fallback, expected: "a string in quotes") { value in
            if case .string(let text) = value.content { text } else { nil }
        }
    }

    public func integers(_ key: String, default fallback: [Int]) -> [Int] {
        elements(key, default: fallback, expected: "a whole number") { value in
            if case .integer(let integer) = value.content { Int(integer) } else { nil }
        }
    }

    /// Adds a mistake about `key` that only its reader can see; at the key's line, or the table's when it is absent.
    public func report(_ key: String, _ text: String) {
        mistakes.all.append(ConfigurationMistake(line: members[key]?.line ?? line, key: qualified(key), text: text))
    }

    /// The paths of all keys that were asked for so far, here and in the tables below.
    public var knownKeys: [String] {
        known.map(qualified) + children.flatMap(\.knownKeys)
    }

    // MARK: -

    private func value(_ key: String) -> TomlValue? {
        if !known.contains(key) { known.append(key) }
        return members[key]
    }

    private func child(path: String, line: Int, members: [TomlMember]?) -> ConfigurationReader {
        let reader = ConfigurationReader(path: path, line: line, members: members, mistakes: mistakes)
        children.append(reader)
        return reader
    }

    private func qualified(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private func read<Value>(
        _ key: String, default fallback: Value, expected: String, _ convert: (TomlValue) -> Value?
    ) -> Value {
        guard let value = value(key) else { return fallback }
        guard let converted = convert(value) else {
            report(key, "must be \(expected), not \(value.kind)")
            return fallback
        }
        return converted
    }

    private func checked<Value: Comparable>(
        _ key: String, default fallback: Value, in range: ClosedRange<Value>, _ read: () -> Value
    ) -> Value {
        let value = read()
        guard range.contains(value) else {
            report(key, "\(value) is out of range; \(range.lowerBound) to \(range.upperBound)")
            return fallback
        }
        return value
    }

    private func elements<Element>(
        _ key: String, default fallback: [Element], expected: String, _ convert: (TomlValue) -> Element?
    ) -> [Element] {
        guard let value = value(key) else { return fallback }
        guard case .array(let elements) = value.content else {
            report(key, "must be an array, not \(value.kind)")
            return fallback
        }
        return elements.compactMap { element in
            let converted = convert(element)
            if converted == nil { report(key, "must hold \(expected) in each place, not \(element.kind)") }
            return converted
        }
    }

    private func reportUnknownKeys() {
        for key in members.keys where !known.contains(key) {
            report(key, "is unknown\(hint(key, among: known))")
        }
        for child in children { child.reportUnknownKeys() }
    }

    private func hint(_ name: String, among names: [String]) -> String {
        nearestName(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
    }
}

/// What the readers of one document share.
private final class MistakeList {
    var all: [ConfigurationMistake] = []
}
