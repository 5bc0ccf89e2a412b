/// On and off by turns, beginning with on and ending in off.
struct SignalPattern: Hashable, Sendable {
    /// On, off, on, … an odd number of them.
    let durations: [Duration]

    init(_ durations: Duration...) {
        precondition(durations.count % 2 == 1, "a pattern ends after it was on")
        self.durations = durations
    }

    /// How long it takes.
    var length: Duration { durations.reduce(.zero, +) }
}
