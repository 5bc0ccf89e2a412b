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

/// Why there is no configuration.
public enum ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable(FileReadError)
    /// All of them, in the order of their lines; never empty.
    case mistakes(path: String, [ConfigurationMistake])

    /// One line for each mistake: `FILE:LINE: key: text`. No newline at the end.
    public var description: String {
        switch self {
        case .unreadable(let error): error.description
        case .mistakes(let path, let mistakes): mistakes.map { "\(path):\($0)" }.joined(separator: "\n")
        }
    }

    /// As sysexits(3) has them: 66 no such file, 77 not permitted, 78 a mistake in it.
    public var exitCode: Int32 {
        switch self {
        case .unreadable(let error): error.isPermission ? 77 : 66
        case .mistakes: 78
        }
    }
}
