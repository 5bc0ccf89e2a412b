import Base

/// The version of a list that is in force, and since when.
public struct ListInForce: Hashable, Sendable {
    /// 0 where there is none yet.
    public var version: Int64
    public var since: WallTime

    public init(version: Int64 = 0, since: WallTime = WallTime(milliseconds: 0)) {
        (self.version, self.since) = (version, since)
    }

    /// As heartbeats have it.
    public var text: String { String(version) }
}
