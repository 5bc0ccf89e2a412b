import Base

/// The hours in which riders are admitted (`check_start_time_format`, `check_end_time_format`): start included, end not. An end
/// before the start is of hours that go past midnight, told with one date for both.
public struct ServiceWindow: Hashable, Sendable {
    public var start: WallTime
    public var end: WallTime
    /// When the heartbeat that brought it was answered; an old window must not refuse today's riders.
    public var learned: WallTime

    public init(start: WallTime, end: WallTime, learned: WallTime) {
        self.start = start
        self.end = end
        self.learned = learned
    }

    /// Hours past midnight may have begun on their date, or have ended on it: whichever holds at `now`.
    public func contains(_ now: WallTime) -> Bool {
        guard end < start else { return now >= start && now < end }
        let day = Duration.seconds(86400)
        return now >= start && now < end + day || now >= start - day && now < end
    }
}
