/// A key of a table and its value.
public struct TomlMember: Hashable, Sendable {
    public var key: String
    public var value: TomlValue

    public init(key: String, value: TomlValue) {
        self.key = key
        self.value = value
    }
}
