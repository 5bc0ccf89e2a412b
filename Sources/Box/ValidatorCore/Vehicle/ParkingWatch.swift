import Base

/// Whether the bus is parked: by its speed, and by its ignition where a line tells of it.
struct ParkingWatch: Sendable {
    /// A bus that has been slow for so long is parked.
    private let after: Duration
    private var isIgnitionOff = false
    /// When it was first and last told to be slow, and never fast nor of unknown speed for long in between.
    private var slow: (since: Instant, until: Instant)?
    /// When it was last told to be fast, unless it was slow after that.
    private var fast: Instant?

    init(after: Duration) {
        self.after = after
    }

    func isParked(at now: Instant) -> Bool {
        if let fast, now - fast <= Limits.fixAge { return false }
        return isIgnitionOff || isSlowForLong
    }

    private var isSlowForLong: Bool { slow.map { $0.until - $0.since >= after } ?? false }

    /// A report that tells no speed is none for this purpose.
    mutating func take(speedKilometresPerHour speed: Double, at now: Instant) {
        guard speed < Limits.walkingPace else {
            (slow, fast) = (nil, now)
            return
        }
        fast = nil
        // A bus that stood at a stop and drove into a tunnel is not parked when it comes out; one in its garage is.
        let isGoingOn = slow.map { isSlowForLong || now - $0.until <= Limits.fixAge } ?? false
        slow = (isGoingOn ? slow?.since ?? now : now, now)
    }

    /// Nobody knows how fast it is.
    mutating func lose() {
        fast = nil
        if !isSlowForLong { slow = nil }
    }

    mutating func set(isIgnitionOn: Bool) {
        isIgnitionOff = !isIgnitionOn
        if isIgnitionOn { slow = nil }
    }
}
