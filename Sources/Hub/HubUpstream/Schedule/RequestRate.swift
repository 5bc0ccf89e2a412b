import Base

/// Holds requests to so many a second, evenly: what was not used of one second is no right to more in the next.
struct RequestRate: Sendable {
    /// Requests that come together may all go at once, as many as fit into this.
    private static let burst = Duration.milliseconds(100)
    /// What must not wait is this far ahead of its turn at the most; all else waits until the others are made up for.
    private static let urgentBurst = Duration.seconds(1)

    /// Nil where there is no limit.
    private let interval: Duration?
    /// When the next request is due in an even sequence.
    private var due: Instant

    /// - Parameter perSecond: 0 for as many as there are.
    init(perSecond: Int, at now: Instant) {
        interval = perSecond > 0 ? .seconds(1) / perSecond : nil
        due = now
    }

    /// Whether a request may go now, which is counted then.
    mutating func take(at now: Instant) -> Bool { take(within: Self.burst, at: now) }

    /// As `take`, for a request that somebody waits for.
    mutating func takeUrgently(at now: Instant) -> Bool { take(within: Self.urgentBurst, at: now) }

    private mutating func take(within burst: Duration, at now: Instant) -> Bool {
        guard let interval else { return true }
        guard due - now < burst else { return false }
        due = max(due, now) + interval
        return true
    }

    /// When `take` would next succeed; nil for at once.
    func nextTurn(at now: Instant) -> Instant? {
        guard interval != nil, due - now >= Self.burst else { return nil }
        return due - Self.burst + .nanoseconds(1)
    }
}
