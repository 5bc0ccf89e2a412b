import Base
import Fares

/// The box's own decision: what it knows of the rider, with a clock that may not be trusted and hours that may be old.
extension Validator {
    mutating func offlineReason(for subject: Subject, at moment: Moment) -> Reason {
        // Whose it is only the platform can say.
        if case .ticket(let payload) = subject, isPlatformCode(payload) { return .platformUnreachable }
        return RideDecision(
            presented: presented(subject, at: moment), modes: modesInForce, isInServiceHours: !isOutsideWindow(at: moment)
        ).reason
    }

    /// Without a trusted clock nobody is refused for the time; a single ride still counts once. A system clock may show when the box
    /// was last switched off, when today's tickets were not yet valid.
    func circumstances(at moment: Moment) -> TicketCircumstances {
        TicketCircumstances(
            keys: state.keys, roots: state.roots, timeForStart: clock.vouched(at: moment), timeForEnd: clock.trusted(at: moment),
            skew: policy.tickets.skew)
    }

    /// `is_line_white` acts from the first line list that was adopted: before, it would refuse the whole bus.
    var modesInForce: Modes {
        var modes = state.modes
        modes.lineListRequired = modes.lineListRequired && line.isLoaded
        return modes
    }

    private mutating func presented(_ subject: Subject, at moment: Moment) -> RideDecision.Presented {
        switch subject {
        case .card(let card): return .card(standing(of: card))
        case .ticket(let payload):
            switch tickets.check(payload, under: circumstances(at: moment)) {
            case .success(let ticket): return .ticket(isUsed: desk.hasUsed(ticket.name), standing(of: ticket.card))
            case .failure(let fault): return .badTicket(fault)
            }
        }
    }

    func standing(of card: CardNumber) -> CardStanding {
        CardStanding(
            isBlocked: cards.cards.blocked.contains(card), isOnWhiteList: cards.cards.white.contains(card),
            isOnLineList: line.cards.white.contains(card))
    }

    /// By a system clock that shows when the box was last switched off, yesterday's hours would refuse this morning's riders.
    private func isOutsideWindow(at moment: Moment) -> Bool { isOutsideWindow(by: clock.vouched(at: moment)) }

    func isOutsideWindow(by now: WallTime?) -> Bool {
        guard policy.checkWindow == .enforce, let window = state.window, let now,
            now - window.learned < policy.checkWindowMaximumAge
        else { return false }
        return !window.contains(now)
    }
}
