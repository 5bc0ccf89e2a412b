/// Keeps riders from waiting for a platform that does not answer: after a few failures in a row nobody asks,
/// but for one rider at a time who finds out whether it answers again.
public struct CircuitBreaker: Sendable {
    /// Failed checks in a row that open it.
    public static let opensAfter = 3
    /// How long nobody asks.
    public static let pause = Duration.seconds(10)

    private var failures = 0
    private var closedAgain: Instant?

    public init() {}

    /// Whether a rider may ask at `now`. True for one rider only when the pause is over, until his check has ended.
    public mutating func allowsCheck(at now: Instant) -> Bool {
        guard failures >= Self.opensAfter, let closedAgain else { return true }
        guard now >= closedAgain else { return false }
        self.closedAgain = now + Self.pause
        return true
    }

    /// Whether others than the one who finds out may ask.
    public func isClosed(at now: Instant) -> Bool {
        guard failures >= Self.opensAfter, let closedAgain else { return true }
        return now >= closedAgain
    }

    public mutating func succeeded() {
        failures = 0
        closedAgain = nil
    }

    public mutating func failed(at now: Instant) {
        failures += 1
        if failures >= Self.opensAfter { closedAgain = now + Self.pause }
    }
}
