import Base
import HubServices
import Logging

/// What the log is told of the platform: of each subject the first at once, and then one line a minute.
struct UpstreamNotices {
    /// Subjects are few and of the hub's own naming.
    enum Subject: Hashable {
        case link, refusals, heartbeats, lists, tokens, clock, store, space, checks
    }

    private let log: DeviceService.Log
    private var throttles: [Subject: NoticeThrottle] = [:]

    init(_ log: @escaping DeviceService.Log) { self.log = log }

    mutating func tell(_ level: Logger.Level, _ subject: Subject, _ text: String, at now: Instant) {
        guard let line = throttles[subject, default: NoticeThrottle()].happened(text, at: now) else { return }
        log(level, line)
    }

    /// Something that happens seldom, and of which each counts.
    func tell(_ level: Logger.Level, _ text: String) { log(level, text) }

    /// What was held back is told when a minute has passed.
    mutating func elapsed(at now: Instant) {
        for subject in throttles.keys {
            guard let line = throttles[subject]?.elapsed(at: now) else { continue }
            log(.warning, line)
        }
    }
}
