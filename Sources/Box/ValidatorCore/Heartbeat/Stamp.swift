import Base

/// When something happened, on both clocks, so that a record made before the calendar was known can be dated later.
public struct Stamp: Hashable, Sendable {
    public var instant: Instant
    /// The boot that `instant` belongs to.
    public var boot: UniqueID
    public var wall: WallTime
    /// Who vouches for `wall`; with `.none` and `.system` it is corrected once the receiver or the server tells the time.
    public var source: ClockSource

    public init(instant: Instant, boot: UniqueID, wall: WallTime, source: ClockSource) {
        self.instant = instant
        self.boot = boot
        self.wall = wall
        self.source = source
    }
}
