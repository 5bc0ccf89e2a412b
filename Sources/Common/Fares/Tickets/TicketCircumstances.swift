import Base

/// What a code is held against beside itself.
public struct TicketCircumstances: Sendable {
    /// Of VT1.
    public var keys: KeyRing
    /// Of the transport ministry's code.
    public var roots: RootKeySet
    /// The time by which a ticket may be not yet valid. Nil, when no clock is good enough for that: nobody is refused for it.
    public var timeForStart: WallTime?
    /// The time by which a ticket, a key or a certificate may have expired. Nil, when no clock is good enough for that.
    public var timeForEnd: WallTime?
    /// How far the clocks of issuer and checker may differ, either way; not negative.
    public var skew: Duration

    public init(
        keys: KeyRing, roots: RootKeySet = RootKeySet(), timeForStart: WallTime?, timeForEnd: WallTime?, skew: Duration
    ) {
        precondition(skew >= .zero)
        self.keys = keys
        self.roots = roots
        self.timeForStart = timeForStart
        self.timeForEnd = timeForEnd
        self.skew = skew
    }

    func isBefore(_ start: WallTime) -> Bool { timeForStart.map { $0 + skew < start } ?? false }
    func isAfter(_ end: WallTime) -> Bool { timeForEnd.map { $0 > end + skew } ?? false }
}
