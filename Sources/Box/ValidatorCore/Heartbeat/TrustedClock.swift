import Base

/// The calendar, as well as it is known: GPS over `server_time` over the system clock (reading 16).
/// What was learned is kept as an offset to the monotonic clock, so that a step of the system clock changes nothing.
public struct TrustedClock: Sendable {
    private struct Learned {
        var source: ClockSource
        var wallAtZero: WallTime
        var at: Instant
    }

    private let buildDate: WallTime
    private var learned: Learned?

    /// - Parameter buildDate: anything that shows an earlier time is wrong: an unset clock, or GPS weeks rolled over.
    public init(buildDate: WallTime) {
        self.buildDate = buildDate
    }

    /// Takes a time from the receiver or the server. False when it is not believable or a better source is fresh.
    @discardableResult
    public mutating func learn(_ wall: WallTime, from source: ClockSource, at instant: Instant) -> Bool {
        guard wall >= buildDate else { return false }
        if let learned, learned.source > source, instant - learned.at < Limits.receiverTimeAge { return false }
        learned = Learned(
            source: source, wallAtZero: WallTime(milliseconds: wall.milliseconds - instant.nanoseconds / 1_000_000), at: instant)
        return true
    }

    /// The best known time at `moment`, and who vouches for it.
    public func reading(at moment: Moment) -> (wall: WallTime, source: ClockSource) {
        if let learned {
            return (
                WallTime(milliseconds: learned.wallAtZero.milliseconds + moment.instant.nanoseconds / 1_000_000), learned.source
            )
        }
        return (moment.system, moment.system >= buildDate ? .system : .none)
    }

    /// Nil unless the receiver or the server vouches for it: what must never happen too early does not go by a system clock,
    /// which may run ahead.
    public func vouched(at moment: Moment) -> WallTime? {
        let (wall, source) = reading(at: moment)
        return source > .system ? wall : nil
    }

    /// Nil unless somebody vouches for it.
    public func trusted(at moment: Moment) -> WallTime? {
        let (wall, source) = reading(at: moment)
        return source == .none ? nil : wall
    }
}
