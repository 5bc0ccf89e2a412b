import Base
import PlatformAPI

/// The true calendar. The simulation begins at midnight in Shanghai, on 1 March 2026.
package enum TrueTime {
    static let buildDate = WallTime(seconds: 1_767_225_600)
    private static let beginning = WallTime(seconds: 1_772_294_400)

    static func wall(at now: Instant) -> WallTime { beginning + .nanoseconds(now.nanoseconds) }

    /// A time of day in the simulation.
    static func instant(day: Int, hour: Int, minute: Int = 0) -> Instant {
        Instant(nanoseconds: Int64((day * 24 + hour) * 60 + minute) * 60_000_000_000)
    }

    /// Such as `day 2 14:05:09.123`.
    package static func text(_ now: Instant) -> String {
        func padded(_ number: Int64, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let milliseconds = now.nanoseconds / 1_000_000
        let seconds = milliseconds / 1000
        return """
            day \(seconds / 86400) \(padded(seconds / 3600 % 24, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))\
            .\(padded(milliseconds % 1000, 3))
            """
    }
}

/// The clocks that one boot of the box shows.
struct BoxClock {
    /// The monotonic clock does not begin at zero for a program.
    private static let secondsBeforeStart: Int64 = 4

    let boot: UniqueID
    let booted: Instant
    /// How far the system clock is off; never ahead, as no box knows the future.
    var systemError: Duration

    func instant(at now: Instant) -> Instant {
        Instant(nanoseconds: now.nanoseconds - booted.nanoseconds + Self.secondsBeforeStart * 1_000_000_000)
    }

    func moment(at now: Instant) -> Moment {
        Moment(instant: instant(at: now), system: TrueTime.wall(at: now) + systemError)
    }

    /// When `instant` of this boot is.
    func trueTime(of instant: Instant) -> Instant {
        Instant(nanoseconds: instant.nanoseconds - Self.secondsBeforeStart * 1_000_000_000 + booted.nanoseconds)
    }
}
