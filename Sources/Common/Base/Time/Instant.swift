/// A moment on the box's monotonic clock: nanoseconds since boot, suspend included (`CLOCK_BOOTTIME`).
///
/// Never steps, says nothing about the calendar, and compares only with instants of the same boot.
public struct Instant: Comparable, Hashable, Sendable {
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    public static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(nanoseconds: instant.nanoseconds + duration.wholeNanoseconds)
    }

    public static func - (instant: Instant, duration: Duration) -> Instant {
        Instant(nanoseconds: instant.nanoseconds - duration.wholeNanoseconds)
    }

    public static func - (left: Instant, right: Instant) -> Duration {
        .nanoseconds(left.nanoseconds - right.nanoseconds)
    }
}

extension Duration {
    /// Whole nanoseconds, clamped to about 292 years.
    public var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (high, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? (seconds < 0 ? .min : .max) : high + attoseconds / 1_000_000_000
    }

    public var wholeMicroseconds: Int64 { wholeNanoseconds / 1000 }
    public var wholeMilliseconds: Int64 { wholeNanoseconds / 1_000_000 }
    public var wholeSeconds: Int64 { components.seconds }
}
