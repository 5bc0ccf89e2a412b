import Base

/// The version of a list that is in force, and since when.
public struct ListInForce: Hashable, Sendable {
    /// 0 where there is none yet.
    public var version: Int64
    public var since: WallTime
    /// As heartbeats have it. A platform's list has its name there, and nothing where there is none yet: that says nothing to a box.
    public var text: String
    /// Whether it is a platform's, whose versions cannot be told apart by their order.
    public var isPlatforms = false

    /// A list of the hub's own.
    public init(version: Int64 = 0, since: WallTime = WallTime(milliseconds: 0)) {
        (self.version, self.since) = (version, since)
        text = String(version)
    }

    /// A platform's.
    public init(platforms name: String, version: Int64, since: WallTime) {
        (self.version, self.since, text, isPlatforms) = (version, since, name, true)
    }

    /// A platform's that this hub has not got yet.
    public static let platformsMissing = ListInForce(platforms: "", version: 0, since: WallTime(milliseconds: 0))
}
