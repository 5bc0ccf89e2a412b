import Base

/// A heartbeat's position that could not be sent when it was fresh.
public struct PositionRecord: Hashable, Sendable {
    public var requestID: UniqueID
    public var stamp: Stamp
    /// Nil: the box was alive but had no fix.
    public var position: Position?

    public init(requestID: UniqueID, stamp: Stamp, position: Position?) {
        self.requestID = requestID
        self.stamp = stamp
        self.position = position
    }
}
