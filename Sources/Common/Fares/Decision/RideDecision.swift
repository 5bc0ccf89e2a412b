import Base

/// Whether a rider may ride: one order of checks, for the box that decides by itself and for the hub that is asked. Deny beats allow
/// (docs/platform-api.md, "Who decides, and by what").
///
/// It holds the facts, which box and hub each gather in their own way; the reason follows from these alone. Whether cards or
/// tickets are switched off is asked before, since then nothing is looked up.
public struct RideDecision: Hashable, Sendable {
    /// What the rider showed, as far as it could be read.
    public enum Presented: Hashable, Sendable {
        case card(CardStanding)
        /// A genuine ticket, and the card that it rides for.
        case ticket(Ticket, isUsed: Bool, CardStanding)
        case badTicket(TicketFault)
    }

    public var presented: Presented
    /// Which lists are asked.
    public var modes: Modes
    /// The time by which a ticket may be not yet valid. Nil, when no clock is good enough for that: nobody is refused for it.
    public var timeForStart: WallTime?
    /// The time by which a ticket may have expired. Nil, when no clock is good enough for that: nobody is refused for it.
    public var timeForEnd: WallTime?
    /// How far the clocks of seller and checker may differ, either way; not negative.
    public var ticketSkew: Duration
    /// True where there are no hours, too.
    public var isInServiceHours: Bool

    public init(
        presented: Presented, modes: Modes, timeForStart: WallTime?, timeForEnd: WallTime?, ticketSkew: Duration,
        isInServiceHours: Bool
    ) {
        precondition(ticketSkew >= .zero)
        self.presented = presented
        self.modes = modes
        self.timeForStart = timeForStart
        self.timeForEnd = timeForEnd
        self.ticketSkew = ticketSkew
        self.isInServiceHours = isInServiceHours
    }

    /// `.ok`, or the first check that the rider does not pass.
    public var reason: Reason {
        switch presented {
        case .badTicket(.malformed): return .malformedTicket
        case .badTicket(.unknownKey): return .unknownKey
        case .badTicket(.forged): return .forgedTicket
        case .ticket(let ticket, let isUsed, let card):
            if let timeForStart, timeForStart + ticketSkew < ticket.start { return .ticketNotYetValid }
            if let timeForEnd, timeForEnd > ticket.end + ticketSkew { return .ticketExpired }
            return isUsed ? .ticketUsed : reason(for: card)
        case .card(let card): return reason(for: card)
        }
    }

    private func reason(for card: CardStanding) -> Reason {
        if card.isBlocked { return .blocked }
        if modes.whiteListRequired, !card.isOnWhiteList { return .notOnWhiteList }
        if modes.lineListRequired, !card.isOnLineList { return .notOnLineList }
        return isInServiceHours ? .ok : .notInServiceHours
    }
}
