import Base

/// Something that the platform said and that must outlive a restart: the last reply to a device's heartbeats, the ticket keys.
public struct StoredDocument: Hashable, Sendable {
    /// What it is, and of whom: see `UpstreamDocument`.
    public var name: String
    /// JSON of the hub's own.
    public var body: [UInt8]
    public var changed: WallTime

    public init(name: String, body: [UInt8], changed: WallTime) {
        (self.name, self.body, self.changed) = (name, body, changed)
    }
}
