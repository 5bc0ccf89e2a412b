import Base
import Logging
import Synchronization

/// Lines of the log that others can cause as often as they like, and that one cause can bring with every call: of each kind the first is written at
/// once, and then one a minute says how many more there were.
public final class LogThrottle: Sendable {
    private struct Kind {
        var notices = NoticeThrottle()
        var level: Logger.Level
    }

    private let kinds = Mutex<[String: Kind]>([:])
    private let now: @Sendable () -> Instant
    private let write: @Sendable (Logger.Level, String) -> Void

    public init(now: @escaping @Sendable () -> Instant, write: @escaping @Sendable (Logger.Level, String) -> Void) {
        (self.now, self.write) = (now, write)
    }

    /// - Parameter kind: one of few, which no caller chooses.
    public func log(_ level: Logger.Level, _ kind: String, _ text: String) {
        let line = kinds.withLock { $0[kind, default: Kind(level: level)].notices.happened(text, at: now()) }
        if let line { write(level, line) }
    }

    /// Writes what is due of those that were held back.
    public func flush() {
        let lines = kinds.withLock { kinds in
            kinds.keys.compactMap { kind in
                kinds[kind]?.notices.elapsed(at: now()).map { (level: kinds[kind]?.level ?? .warning, text: $0) }
            }
        }
        for line in lines { write(line.level, line.text) }
    }
}
