import Base
import HubServices

/// Heartbeats that could not be sent while they were fresh and are to be sent late: of each device one in a while, so that days without the
/// platform do not crowd out the records of rides.
struct LatePositions: Sendable {
    /// Between two of one device.
    static let interval = Duration.seconds(30)
    /// While the store does not take them; beyond, the oldest go.
    static let limit = 20_000

    private var latest: [String: Instant] = [:]
    private(set) var waiting: [ForwardedCall] = []

    mutating func add(_ heartbeat: ForwardedCall, at now: Instant) {
        let id = heartbeat.key.deviceID
        guard latest[id].map({ now - $0 >= Self.interval }) ?? true else { return }
        latest[id] = now
        waiting.append(heartbeat)
    }

    /// The store has the first so many.
    mutating func stored(_ count: Int) { waiting.removeFirst(count) }

    /// The store did not take them.
    /// - Returns: how many are given up.
    mutating func notStored() -> Int {
        let excess = max(0, waiting.count - Self.limit)
        waiting.removeFirst(excess)
        return excess
    }

    /// The platform is back: the next absence begins anew.
    mutating func reset() { latest = [:] }
}
