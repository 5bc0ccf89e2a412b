import Base

/// A single-ride ticket that has been used: its 30 bytes, and when it may be forgotten.
public struct UsedTicket: Hashable, Sendable {
    public var bytes: [UInt8]
    public var expires: WallTime

    public init(bytes: [UInt8], expires: WallTime) {
        self.bytes = bytes
        self.expires = expires
    }
}
