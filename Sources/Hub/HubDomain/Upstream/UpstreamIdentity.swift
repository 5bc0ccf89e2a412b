import Base

/// What the platform calls a device of this hub: one to one at any time. A device without one has the same name on both sides.
public struct UpstreamIdentity: Hashable, Sendable {
    public var deviceID: String
    public var upstreamID: String
    public var since: WallTime
    /// Nil while it holds.
    public var until: WallTime?

    public init(deviceID: String, upstreamID: String, since: WallTime, until: WallTime? = nil) {
        (self.deviceID, self.upstreamID, self.since, self.until) = (deviceID, upstreamID, since, until)
    }
}
