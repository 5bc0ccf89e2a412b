import Base

/// When heartbeats are due: the bus moves, is parked, or nobody can be sure which.
struct HeartbeatModel {
    private enum Motion { case unknown, moving, parked }

    private var interval = Duration.zero
    private var parkedInterval = Duration.zero
    private var motion = Motion.unknown
    private var last: (at: Instant, motion: Motion)?

    mutating func begin(at now: Instant, interval: Duration, parked: Duration) {
        (self.interval, parkedInterval) = (interval, parked)
        motion = .unknown
        last = nil
    }

    mutating func set(_ new: Duration, at now: Instant) {
        interval = new
        last = nil
    }

    /// Something changed that the box may not have seen yet.
    mutating func isUncertain() {
        motion = .unknown
        last?.motion = .unknown
    }

    /// The receiver has told how fast the bus is.
    mutating func moves(_ isMoving: Bool, isIgnitionOn: Bool) {
        let new: Motion = isMoving && isIgnitionOn ? .moving : !isMoving && !isIgnitionOn ? .parked : .unknown
        if new != motion { last?.motion = .unknown }
        motion = new
    }

    /// Nil when the beat is in time.
    mutating func beat(at now: Instant) -> String? {
        defer { last = (now, motion) }
        guard let last else { return nil }
        let gap = now - last.at
        let longest = max(interval, parkedInterval)
        // A beat that is due while the one before is under way is left out.
        if gap > longest * 2 + .seconds(1) { return "\(gap) after the last one, the interval is \(longest)" }
        switch last.motion {
        case .moving where gap > interval * 2 + .seconds(1): return "\(gap) after the last one although the bus moves"
        case .parked where gap < longest - .milliseconds(100): return "\(gap) after the last one although the bus is parked"
        default: return nil
        }
    }
}
