import Base

/// A line of the log that the daemon remembers.
public struct LogLine: ControlValue {
    /// From 1, in the order of the lines since the start.
    public var sequence: Int?
    /// By the system's clock.
    public var time: WallTime?
    /// swift-log's word: `trace` to `critical`.
    public var level = ""
    /// Without control characters.
    public var text = ""

    public init() {}

    public init(sequence: Int, time: WallTime, level: String, text: String) {
        (self.sequence, self.time, self.level, self.text) = (sequence, time, level, text)
    }

    public mutating func members(_ member: inout ControlMembers) {
        member("sequence", &sequence)
        member("time", &time)
        member("level", &level)
        member("text", &text)
    }
}
