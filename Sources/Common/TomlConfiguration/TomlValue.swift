/// A value of a TOML document, and where it stands.
public struct TomlValue: Hashable, Sendable {
    public indirect enum Content: Hashable, Sendable {
        case table([TomlMember])
        case array([TomlValue])
        case string(String)
        case integer(Int64)
        case number(Double)
        case boolean(Bool)
        /// A date, a time, or both; no program of ours has a use for one.
        case time
    }

    public var content: Content
    /// From 1; of the key where there is one. 0 when the document does not say.
    public var line: Int
    public var column: Int

    public init(_ content: Content, line: Int = 0, column: Int = 0) {
        self.content = content
        self.line = line
        self.column = column
    }

    /// What a person calls this kind of value: `a string`.
    public var kind: String {
        switch content {
        case .table: "a table"
        case .array: "an array"
        case .string: "a string"
        case .integer: "a whole number"
        case .number: "a number with a fraction"
        case .boolean: "true or false"
        case .time: "a date or time"
        }
    }

    /// A table's member; nil too when this is no table.
    public func member(named name: String) -> TomlValue? {
        guard case .table(let members) = content else { return nil }
        return members.first { $0.key == name }?.value
    }
}
