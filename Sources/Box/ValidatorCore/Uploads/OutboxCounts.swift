/// What the outbox holds, in uploads: a tap's booking and its log count one each. A fact that comes with each event; the outbox
/// alone counts.
public struct OutboxCounts: Hashable, Sendable {
    /// Uploads of taps that are still to be delivered.
    public var records = 0
    /// Positions that are still to be delivered.
    public var positions = 0
    /// Uploads of taps that the platform refused for good.
    public var refused = 0
    /// Positions that the platform refused for good. They take part in the bound on positions.
    public var refusedPositions = 0
    /// Uploads of taps that were carried away in a file.
    public var collected = 0
    /// Positions that were carried away in a file. They take part in the bound on positions.
    public var collectedPositions = 0
    /// Positions that were dropped at the bound since the outbox was begun.
    public var droppedPositions = 0

    public init() {}
}
