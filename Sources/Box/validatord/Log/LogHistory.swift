import Base
import ControlProtocol
import Logging

/// The latest log lines, for `validatorctl log`, which needs no journal.
final class LogHistory {
    static let maximumLines = 1000
    /// Of their texts together; a reply with all of them fits into what a client may leave unread.
    static let maximumBytes = 256 * 1024

    private var lines: [LogLine] = []
    private var byteCount = 0
    /// How many there were since the start; the sequence number of the last one.
    private(set) var count = 0

    nonisolated init() {}

    /// Remembers a line under the next sequence number, and forgets the oldest ones when there are too many.
    func append(_ text: String, level: Logger.Level, time: WallTime) {
        count += 1
        lines.append(LogLine(sequence: count, time: time, level: level.rawValue, text: text))
        byteCount += text.utf8.count
        while lines.count > Self.maximumLines || byteCount > Self.maximumBytes {
            byteCount -= lines.removeFirst().text.utf8.count
        }
    }

    /// The last `limit` ones that came after number `sequence`, oldest first.
    func latest(_ limit: Int, after sequence: Int = 0) -> [LogLine] {
        let fresh = min(limit, lines.count, max(0, count - min(sequence, count)))
        return Array(lines.suffix(fresh))
    }
}
