/// One thing that is wrong in a configuration file.
public struct ConfigurationMistake: Error, Hashable, Sendable, CustomStringConvertible {
    /// From 1; 0 when it concerns no line in particular.
    public var line: Int
    /// The dotted path as a person would look for it: `platform.token.kind`, `reader[1].id`. Empty for a syntax error.
    public var key: String
    public var text: String

    public init(line: Int, key: String, text: String) {
        self.line = line
        self.key = key
        self.text = text
    }

    /// `LINE: key: text`, to be put behind the file's name and a colon.
    public var description: String {
        let place = line > 0 ? "\(line): " : " "
        return place + (key.isEmpty ? text : "\(key): \(text)")
    }
}
