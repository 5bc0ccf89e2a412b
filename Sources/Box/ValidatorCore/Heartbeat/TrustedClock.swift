import Base

/// The calendar, as well as it is known: GPS over `server_time` over the system clock, as far as each can be believed (reading 16).
/// What was learned is kept as an offset to the monotonic clock, so that a step of the system clock changes nothing.
public struct TrustedClock: Sendable {
    private struct Learned {
        var source: ClockSource
        var wallAtZero: WallTime
        var at: Instant

        init(source: ClockSource, wall: WallTime, at instant: Instant) {
            self.source = source
            wallAtZero = WallTime(milliseconds: wall.milliseconds - instant.nanoseconds / 1_000_000)
            at = instant
        }

        /// Both carried on by the monotonic clock, they are too far from each other to be right both.
        func isApart(from other: Learned) -> Bool {
            let difference = wallAtZero - other.wallAtZero
            return difference > Limits.receiverTimeTolerance || difference < .zero - Limits.receiverTimeTolerance
        }
    }

    /// What became of a time that was offered.
    public enum Lesson: Hashable, Sendable {
        case taken
        /// The receiver has told the time lately.
        case outranked
        case doubted(Doubt)
    }

    /// Why a time is not believed.
    public enum Doubt: Hashable, Sendable {
        /// Earlier than the software: an unset clock, or a receiver whose weeks rolled over.
        case beforeBuild
        /// The receiver's, later than any use of the software: weeks rolled over the other way.
        case longAfterBuild
        /// The receiver's, so far ahead of the platform's (or behind, below zero).
        case apartFromServer(Duration)
    }

    private let buildDate: WallTime
    private var learned: Learned?
    /// The last `server_time`, whether it was outranked or not: what the receiver says is held against it.
    private var server: Learned?

    /// - Parameter buildDate: anything that shows an earlier time is wrong.
    public init(buildDate: WallTime) {
        self.buildDate = buildDate
    }

    /// Takes a time from the receiver or the server.
    ///
    /// - Parameter at: when it was that time.
    @discardableResult
    public mutating func learn(_ wall: WallTime, from source: ClockSource, at instant: Instant) -> Lesson {
        guard wall >= buildDate else { return .doubted(.beforeBuild) }
        let new = Learned(source: source, wall: wall, at: instant)
        switch source {
        case .gps:
            guard wall - buildDate <= Limits.receiverTimeSpan else { return .doubted(.longAfterBuild) }
            if let server, instant - server.at <= Limits.serverTimeAge, new.isApart(from: server) {
                return .doubted(.apartFromServer(new.wallAtZero - server.wallAtZero))
            }
        case .server:
            server = new
            if let learned, learned.source == .gps, instant - learned.at < Limits.receiverTimeAge, !learned.isApart(from: new) {
                return .outranked
            }
        case .none, .system: preconditionFailure("the system's clock is read when it is asked for")
        }
        learned = new
        return .taken
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
