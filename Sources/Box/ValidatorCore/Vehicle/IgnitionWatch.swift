import Base

/// When the box is to be shut down because the vehicle's ignition is off.
///
/// Riders who still board are served, and records are uploaded, until the end of the delay, and on to `maximum` while any are
/// unsent. Ignition that comes back before cancels it.
public struct IgnitionWatch: Sendable {
    public enum Output: Hashable, Sendable {
        case notice(Notice)
        /// Make everything durable and have the machine switched off. Comes again when that has failed.
        case shutDown
    }

    /// Between looks at what is still unsent, and between attempts to switch off.
    static let recheck = Duration.seconds(10)
    static let retry = Duration.seconds(60)

    private let delay: Duration
    private let maximum: Duration
    /// Nil until the line was read: as good as on.
    public private(set) var isOn: Bool?
    private var offSince = Instant(nanoseconds: 0)
    /// Nil while the ignition is on, and from the moment that the machine is being switched off.
    public private(set) var nextDeadline: Instant?
    private var hasToldOfUnsent = false

    /// - Parameters:
    ///   - delay: from ignition off to the shutdown.
    ///   - maximum: the same while records are unsent; at least `delay`.
    public init(delay: Duration, maximum: Duration) {
        self.delay = delay
        self.maximum = max(delay, maximum)
    }

    public mutating func set(isOn new: Bool, at now: Instant) -> [Output] {
        guard new != isOn else { return [] }
        let wasOff = isOn == false
        isOn = new
        hasToldOfUnsent = false
        guard !new else {
            nextDeadline = nil
            return wasOff ? [.notice(Notice(.info, "ignition is on again; the box stays on"))] : []
        }
        offSince = now
        nextDeadline = now + delay
        return [.notice(Notice(.info, "ignition is off; the box shuts down in \(delay.wholeSeconds) s"))]
    }

    /// The deadline has come.
    /// - Parameter unsent: records and positions that wait for the platform.
    public mutating func check(unsent: Int, at now: Instant) -> [Output] {
        guard let due = nextDeadline, due <= now else { return [] }
        let end = offSince + maximum
        guard unsent == 0 || end <= now else {
            nextDeadline = min(now + Self.recheck, end)
            guard !hasToldOfUnsent else { return [] }
            hasToldOfUnsent = true
            let rest = (end - now).wholeSeconds
            return [.notice(Notice(.info, "ignition is off; \(unsent) records are unsent, waiting for them for up to \(rest) s"))]
        }
        nextDeadline = nil
        let kept = unsent == 0 ? "" : "; \(unsent) unsent records are kept and go out after the next start"
        return [.notice(Notice(.info, "ignition is off; the box shuts down now\(kept)")), .shutDown]
    }

    /// The machine could not be switched off.
    public mutating func shutdownFailed(_ reason: String, at now: Instant) -> [Output] {
        guard isOn == false else { return [] }
        nextDeadline = now + Self.retry
        let pause = Self.retry.wholeSeconds
        return [
            .notice(Notice(.error, "cannot switch off: \(reason); check vehicle.power_off_command, trying again in \(pause) s"))
        ]
    }
}
