import Base
import Fares

/// The box's own decision: what it knows of the rider, with a clock that may not be trusted and hours that may be old.
extension Validator {
    func offlineReason(for subject: Subject, at moment: Moment) -> Reason {
        // Without a trusted clock nobody is refused for the time; a single ride still counts once. A system clock may show when
        // the box was last switched off, when today's tickets were not yet valid.
        RideDecision(
            presented: presented(subject, at: moment), modes: modesInForce, timeForStart: clock.vouched(at: moment),
            timeForEnd: clock.trusted(at: moment), ticketSkew: policy.ticketSkew, isInServiceHours: !isOutsideWindow(at: moment)
        ).reason
    }

    /// `is_line_white` acts from the first line list that was adopted: before, it would refuse the whole bus.
    private var modesInForce: Modes {
        var modes = state.modes
        modes.lineListRequired = modes.lineListRequired && line.isLoaded
        return modes
    }

    private func presented(_ subject: Subject, at moment: Moment) -> RideDecision.Presented {
        switch subject {
        case .card(let card): return .card(standing(of: card))
        case .ticket(let payload):
            switch codec.read(payload, keys: { state.keys.keys(id: $0, at: clock.trusted(at: moment)) }) {
            case .success(let sealed):
                return .ticket(sealed.ticket, isUsed: isUsed(sealed), standing(of: sealed.ticket.card))
            case .failure(let fault): return .badTicket(fault)
            }
        }
    }

    private func standing(of card: CardNumber) -> CardStanding {
        CardStanding(
            isBlocked: cards.cards.blocked.contains(card), isOnWhiteList: cards.cards.white.contains(card),
            isOnLineList: line.cards.white.contains(card))
    }

    private func isUsed(_ ticket: SealedTicket) -> Bool {
        desk.hasUsed(ticket.bytes)
    }

    /// By a system clock that shows when the box was last switched off, yesterday's hours would refuse this morning's riders.
    private func isOutsideWindow(at moment: Moment) -> Bool {
        guard policy.checkWindow == .enforce, let window = state.window, let now = clock.vouched(at: moment),
            now - window.learned < policy.checkWindowMaximumAge
        else { return false }
        return !window.contains(now)
    }
}
