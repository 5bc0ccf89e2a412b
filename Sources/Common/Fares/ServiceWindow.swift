import Base

/// The hours in which riders are admitted (`check_start_time_format`, `check_end_time_format`): start included, end not.
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
}
