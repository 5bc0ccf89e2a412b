import Base

/// What a code says of the ride that it is shown for, whatever its form and whoever made it.
public struct Ticket: Hashable, Sendable {
    public var card: CardNumber
    /// Names the ticket for ever: two scans of it give the same bytes, however they came (case, base64), and no other ticket gives them.
    public var name: [UInt8]
    /// Good for one ride; else for any number, within its time.
    public var isSingleRide: Bool
    public var start: WallTime
    /// The last moment at which it is good; not before `start`.
    public var end: WallTime

    public init(card: CardNumber, name: [UInt8], isSingleRide: Bool, start: WallTime, end: WallTime) {
        self.card = card
        self.name = name
        self.isSingleRide = isSingleRide
        self.start = start
        self.end = max(start, end)
    }

    /// What is remembered of it once it was used; nil of one that may be used again.
    ///
    /// - Parameter skew: how far the clocks of issuer and checker may differ, either way.
    public func whenUsed(skew: Duration) -> UsedTicket? {
        isSingleRide ? UsedTicket(bytes: name, expires: end + skew, lifetime: end - start + skew * 2) : nil
    }
}
