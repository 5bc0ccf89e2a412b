import Base

/// When heartbeats are due, what has come of them, and which positions are kept of those that found no platform.
struct HeartbeatSchedule: Sendable {
    /// When the next one is due.
    private(set) var due: Instant
    /// Whether the platform has said anything to a heartbeat, be it a refusal.
    private(set) var isAnswered = false
    /// Whether it has accepted one.
    private(set) var hasSucceeded = false
    private var isUnderWay = false
    private var reportInterval: Duration
    private var parkedInterval: Duration
    private var parking: ParkingWatch
    private let latePolicy: Policy.LatePositions
    private var latePositions = LatePositions()

    init(policy: Policy, at now: Instant) {
        precondition(policy.reportInterval > .zero, "a heartbeat is not due at every moment")
        due = now
        reportInterval = policy.reportInterval
        parkedInterval = policy.parkedInterval
        parking = ParkingWatch(after: policy.parkedAfter)
        latePolicy = policy.latePositions
    }

    func isParked(at now: Instant) -> Bool { parking.isParked(at: now) }

    mutating func set(reportInterval interval: Duration, at now: Instant) {
        precondition(interval > .zero, "a heartbeat is not due at every moment")
        reportInterval = interval
        due = min(due, now + self.interval(at: now))
    }

    mutating func set(parkedInterval interval: Duration, at now: Instant) {
        parkedInterval = interval
        due = min(due, now + self.interval(at: now))
    }

    private func interval(at now: Instant) -> Duration {
        isParked(at: now) ? max(reportInterval, parkedInterval) : reportInterval
    }

    // MARK: How the bus moves

    mutating func take(speedKilometresPerHour speed: Double, at now: Instant) {
        changeParking(at: now) { $0.take(speedKilometresPerHour: speed, at: now) }
    }

    /// The receiver is gone: nobody knows how fast the bus is.
    mutating func loseSpeed(at now: Instant) { changeParking(at: now) { $0.lose() } }

    mutating func set(isIgnitionOn: Bool, at now: Instant) {
        changeParking(at: now) { $0.set(isIgnitionOn: isIgnitionOn) }
    }

    /// A bus that is no longer parked says so at once.
    private mutating func changeParking(at now: Instant, _ change: (inout ParkingWatch) -> Void) {
        let wasParked = isParked(at: now)
        change(&parking)
        guard wasParked, !isParked(at: now), parkedInterval > reportInterval else { return }
        due = min(due, now)
    }

    // MARK: One heartbeat

    /// True when a heartbeat is due, which then is the caller's to send or to keep.
    mutating func takeDue(at now: Instant) -> Bool {
        guard due <= now else { return false }
        // From the planned time, so that the beat does not drift; beats missed while suspended are not made up for.
        let interval = interval(at: now)
        due = due + interval
        if due <= now { due = now + interval }
        return true
    }

    /// False while the one before is under way: its position is kept for later then.
    mutating func depart() -> Bool {
        guard !isUnderWay else { return false }
        isUnderWay = true
        return true
    }

    /// The one under way has ended.
    ///
    /// - Parameter isAnswered: the platform said something.
    mutating func end(isAnswered: Bool) {
        isUnderWay = false
        if isAnswered { self.isAnswered = true }
    }

    /// The platform accepted a fresh one, so that the next absence begins anew.
    mutating func succeed() {
        hasSucceeded = true
        latePositions.reset()
    }

    /// Whether a position that could not be sent fresh is worth keeping.
    mutating func keeps(_ record: PositionRecord) -> Bool {
        latePolicy == .send && latePositions.keeps(record.position, at: record.stamp.instant)
    }
}
