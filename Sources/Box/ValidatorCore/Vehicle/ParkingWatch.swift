import Base

/// Whether the bus is parked: by its speed, and by its ignition where a line tells of it.
struct ParkingWatch: Sendable {
    /// Below this the receiver's noise cannot be told from walking pace.
    static let slow = 3.0

    /// A bus that has been slow for so long is parked.
    private let after: Duration
    private var isMoving = false
    private var isIgnitionOff = false
    private var slowSince: Instant?

    init(after: Duration) {
        self.after = after
    }

    func isParked(at now: Instant) -> Bool {
        if isMoving { return false }
        return isIgnitionOff || slowSince.map { now - $0 >= after } ?? false
    }

    mutating func take(speedKilometresPerHour speed: Double?, at now: Instant) {
        guard let speed else { return lose(at: now) }
        isMoving = speed >= Self.slow
        slowSince = isMoving ? nil : slowSince ?? now
    }

    /// Nobody knows how fast it is. A bus that stood at a stop and drove into a tunnel is not parked; one in its garage is.
    mutating func lose(at now: Instant) {
        if !isParked(at: now) { slowSince = nil }
        isMoving = false
    }

    mutating func set(isIgnitionOn: Bool) {
        isIgnitionOff = !isIgnitionOn
        if isIgnitionOn { slowSince = nil }
    }
}
