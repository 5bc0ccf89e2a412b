import Base

/// How long the box has run in all, over all its boots: a clock that nobody sets. It may be behind, since it is noted now and then,
/// and never ahead.
struct RunningTime: Sendable {
    /// What earlier runs have noted.
    private let earlier: Duration
    /// The first moment of this run that was told.
    private var beginning: Instant?

    init(earlier: Duration) {
        self.earlier = earlier
    }

    /// The program runs at this moment.
    mutating func begin(at now: Instant) {
        if beginning == nil { beginning = now }
    }

    func value(at now: Instant) -> Duration {
        guard let beginning else { return earlier }
        return earlier + max(.zero, now - beginning)
    }
}
