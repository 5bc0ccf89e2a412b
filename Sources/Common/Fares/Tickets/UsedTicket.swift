import Base

/// A single-ride ticket that has been used: its 30 bytes, and when it may be forgotten, which is once both have passed. A date may
/// be wrong and then right again, and the ticket would ride a second time.
public struct UsedTicket: Hashable, Sendable {
    public var bytes: [UInt8]
    /// By the calendar.
    public var expires: WallTime
    /// By the monotonic clock, from its use on, or from the start of the program that was told of it: how long it is good at all.
    public var lifetime: Duration

    public init(bytes: [UInt8], expires: WallTime, lifetime: Duration) {
        self.bytes = bytes
        self.expires = expires
        self.lifetime = lifetime
    }
}
