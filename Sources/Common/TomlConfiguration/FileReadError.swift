import Glibc

/// Why a file could not be read. Says nothing of its content, which may be a secret.
public struct FileReadError: Error, Hashable, Sendable, CustomStringConvertible {
    public var path: String
    public var reason: String
    public var isPermission: Bool

    /// `cannot read /etc/validator.toml: No such file or directory`
    public var description: String { "cannot read \(path): \(reason)" }
}
