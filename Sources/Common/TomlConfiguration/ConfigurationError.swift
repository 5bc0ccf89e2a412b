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
