/// A line for the log: what happened and what to do about it.
public struct Notice: Hashable, Sendable {
    public enum Level: Int, Sendable { case info, warning, error }
    public var level: Level
    public var text: String

    public init(_ level: Level, _ text: String) {
        self.level = level
        self.text = text
    }
}
