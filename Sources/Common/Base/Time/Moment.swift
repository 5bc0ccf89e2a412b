/// The two clocks, read together: what an edge hands to the core with every event.
public struct Moment: Hashable, Sendable {
    public let instant: Instant
    /// The operating system's idea of the calendar, which a box without a battery-backed clock gets wrong.
    public let system: WallTime

    public init(instant: Instant, system: WallTime) {
        self.instant = instant
        self.system = system
    }
}
