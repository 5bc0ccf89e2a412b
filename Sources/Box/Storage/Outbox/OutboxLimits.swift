import Base
import ValidatorCore

/// The outbox's own bounds, and what happens at each.
public struct OutboxLimits: Hashable, Sendable {
    /// Positions kept; beyond, the oldest is dropped and counted.
    public var positions: Int
    /// Finished taps kept for people to look at; beyond, the oldest is forgotten when the loop is idle.
    public var finishedTaps = 1000
    /// Collected taps kept in case that the stick is lost; beyond, the oldest is forgotten when the loop is idle.
    public var collectedTaps = 100_000
    /// And for so long after the tap, by a time that somebody vouches for: by then the file has come, or will not come.
    public var collectedTapsKept = Duration.seconds(90 * 86_400)
    /// Used single rides; beyond, the one used first is forgotten when the loop is idle.
    public var usedTickets = Limits.usedTickets
    /// Rows of increments beside one list's snapshot; beyond, the list must be written as a new snapshot.
    public var incrementRows = 20_000
    /// Entries that one increment may bring as rows: more would hold up the loop.
    public var incrementEntries = 2000

    public init(positions: Int) {
        self.positions = max(1, positions)
    }
}
