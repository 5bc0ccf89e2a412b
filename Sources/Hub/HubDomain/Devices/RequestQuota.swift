import Base

/// How much each device may ask in a time: a bucket of requests that fills evenly. Whoever has emptied his waits for the next one, so
/// that a backlog is slowed and nothing of it refused; only a flood is sent away.
public struct RequestQuota: Sendable {
    /// What a request costs the hub.
    public enum Kind: CaseIterable, Sendable {
        /// A check, a booking, a log.
        case record
        /// A heartbeat, a list, keys, a token.
        case other

        /// That come in a second, for long.
        var rate: Int {
            switch self {
            case .record: 100
            case .other: 20
            }
        }

        /// That may come at once: a box sends as many as it has stored while it was away.
        var burst: Int { rate * 30 }
    }

    public enum Verdict: Hashable, Sendable {
        case now
        case wait(Duration)
        /// Come again after so long.
        case refuse(Duration)
    }

    /// The longest that a request waits: a box takes a longer silence for a dead link.
    public static let longestWait = Duration.seconds(2)
    /// Buckets that are kept; those that are full again are as good as none.
    private static let maximumBuckets = 100_000

    private struct Name: Hashable {
        var caller: String
        var kind: Kind
    }

    /// When the bucket is, or was, full.
    private var full: [Name: Instant] = [:]

    public init() {}

    /// - Parameter caller: who asks: a name that nobody else can make his requests count for.
    public mutating func take(_ kind: Kind, of caller: String, at now: Instant) -> Verdict {
        let step = Duration.seconds(1) / kind.rate
        let name = Name(caller: caller, kind: kind)
        let next = max(full[name] ?? now, now) + step
        let debt = next - now - step * kind.burst
        guard debt <= Self.longestWait else { return .refuse(.seconds(max(1, (debt - Self.longestWait).wholeSeconds + 1))) }
        if full.count >= Self.maximumBuckets, full[name] == nil { makeRoom(at: now) }
        full[name] = next
        return debt > .zero ? .wait(debt) : .now
    }

    private mutating func makeRoom(at now: Instant) {
        full = full.filter { $0.value > now }
        // Nobody has so many devices: they are a stranger's inventions.
        if full.count >= Self.maximumBuckets { full = [:] }
    }
}
