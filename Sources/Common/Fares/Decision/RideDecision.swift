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
        /// A good ticket, and the card that it rides for.
        case ticket(isUsed: Bool, CardStanding)
        case badTicket(TicketFault)
    }

    public var presented: Presented
    /// Which lists are asked.
    public var modes: Modes
    /// True where there are no hours, too.
    public var isInServiceHours: Bool

    public init(presented: Presented, modes: Modes, isInServiceHours: Bool) {
        self.presented = presented
        self.modes = modes
        self.isInServiceHours = isInServiceHours
    }

    /// `.ok`, or the first check that the rider does not pass.
    public var reason: Reason {
        switch presented {
        case .badTicket(let fault): return Reason(fault)
        case .ticket(let isUsed, let card): return isUsed ? .ticketUsed : reason(for: card)
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
