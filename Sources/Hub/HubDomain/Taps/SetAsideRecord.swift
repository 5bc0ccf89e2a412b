import Base
import PlatformAPI

/// A booking or log that was taken as it came, since its content could not be settled, and waits for the operator.
public struct SetAsideRecord: Hashable, Sendable {
    /// By what it is known when it comes again.
    public struct Key: Hashable, Sendable {
        /// `device_id` as it was said, of which 64 bytes at most; empty where none was.
        public var deviceID: String
        public var call: PlatformCall
        /// `req_id` where that alone names a request (`RequestIdentity.isUnique`); otherwise a digest of the body.
        public var name: String

        public init(deviceID: String, call: PlatformCall, name: String) {
            (self.deviceID, self.call, self.name) = (deviceID, call, name)
        }
    }

    /// How much of something is kept aside.
    public struct Volume: Hashable, Sendable {
        public var rows: Int
        /// Of their bodies.
        public var bytes: Int

        public init(rows: Int = 0, bytes: Int = 0) { (self.rows, self.bytes) = (rows, bytes) }

        /// So much of unknown devices is kept, since whoever sends it may be anybody.
        public static let ofUnknownDevices = Volume(rows: 10_000, bytes: 64 << 20)

        /// Whether there is room for `body` beside what is there.
        public func hasRoom(for body: [UInt8], within limit: Volume = .ofUnknownDevices) -> Bool {
            rows < limit.rows && bytes + body.count <= limit.bytes
        }
    }

    /// Of the row; 0 before there is one.
    public var id: Int64
    public var key: Key
    public var reason: SetAsideReason
    /// The whole request, without what its sender proves himself by.
    public var body: [UInt8]
    /// When the hub took it.
    public var received: WallTime
    /// How often it came again.
    public var duplicates: Int

    public init(id: Int64 = 0, key: Key, reason: SetAsideReason, body: [UInt8], received: WallTime, duplicates: Int = 0) {
        (self.id, self.key, self.reason) = (id, key, reason)
        (self.body, self.received, self.duplicates) = (body, received, duplicates)
    }
}
