import Base
import Fares

/// The box's own decision: deny beats allow (readings 10 and 11a).
extension Validator {
    func offlineReason(for subject: Subject, at moment: Moment) -> Reason {
        switch subject {
        case .card(let card): reason(for: card, at: moment)
        case .ticket(let payload): reason(forTicket: payload, at: moment)
        }
    }

    private func reason(for card: CardNumber, at moment: Moment) -> Reason {
        if cards.cards.blocked.contains(card) { return .blocked }
        if state.modes.whiteListRequired, !cards.cards.white.contains(card) { return .notOnWhiteList }
        if state.modes.lineListRequired, !line.cards.white.contains(card) { return .notOnLineList }
        return isOutsideWindow(at: moment) ? .notInServiceHours : .ok
    }

    private func reason(forTicket payload: [UInt8], at moment: Moment) -> Reason {
        let now = clock.trusted(at: moment)
        let sealed: SealedTicket
        switch codec.read(payload, keys: { state.keys.keys(id: $0, at: now) }) {
        case .success(let found): sealed = found
        case .failure(.malformed): return .malformedTicket
        case .failure(.unknownKey): return .unknownKey
        case .failure(.forged): return .forgedTicket
        }
        // Without a trusted clock nobody is refused for the time; a single ride still counts once. A system clock may show when
        // the box was last switched off, when today's tickets were not yet valid.
        if let now = clock.vouched(at: moment), now + policy.ticketSkew < sealed.ticket.start { return .ticketNotYetValid }
        if let now, now > sealed.ticket.end + policy.ticketSkew { return .ticketExpired }
        if desk.hasUsed(sealed.bytes) { return .ticketUsed }
        return reason(for: sealed.ticket.card, at: moment)
    }

    /// By a system clock that shows when the box was last switched off, yesterday's hours would refuse this morning's riders.
    private func isOutsideWindow(at moment: Moment) -> Bool {
        guard policy.checkWindow == .enforce, let window = state.window, let now = clock.vouched(at: moment),
            now - window.learned < policy.checkWindowMaximumAge
        else { return false }
        return now < window.start || now >= window.end
    }
}
