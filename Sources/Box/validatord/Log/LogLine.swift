import Base
import JSON
import Logging

/// A log line that is still remembered.
nonisolated struct LogLine: Sendable {
    /// From 1, in the order of the lines since the start.
    var sequence: Int
    /// By the system's clock.
    var time: WallTime
    var level: Logger.Level
    /// Without control characters.
    var text: String

    var json: JSONValue {
        [
            "sequence": .int(sequence), "time": .string(time.timestamp), "level": .string(level.rawValue), "text": .string(text),
        ]
    }
}
