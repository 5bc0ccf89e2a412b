import Base
import Fares

/// What a box would say of a code that is shown to it: all that stands for it, and all that stands against it.
public struct TicketAssessment: Hashable, Sendable {
    /// Nil of a code that no codec knows.
    public var explanation: TicketExplanation?
    /// What the lists say of its card; nil of a code that names none.
    public var standing: CardStanding?
    /// It was used before, and is good for one ride only.
    public var isUsed: Bool
    /// True where there are no hours, too.
    public var isInServiceHours: Bool
    /// Why its rider would be refused, or `.ok`, were the box to decide by itself.
    public var reason: Reason
    /// By which it was judged; nil when no clock is trusted, and nobody is refused for the time.
    public var time: WallTime?
    /// Who vouches for that time.
    public var clock: ClockSource
}

extension Validator {
    /// Judges a code without a rider: nothing is recorded, asked or remembered.
    ///
    /// - Parameters:
    ///   - scanned: as a scanner would bring it.
    ///   - moment: by which it is judged; it may lie in the past.
    ///   - time: another calendar time than the box's; it counts as vouched for.
    ///   - wasUsed: what is known of its use at an earlier moment; nil: what is known now.
    public func assess(
        _ scanned: [UInt8], at moment: Moment, time: WallTime? = nil, wasUsed: Bool? = nil
    ) -> TicketAssessment {
        let payload = TicketReader.code(in: scanned)
        var circumstances = circumstances(at: moment)
        if let time { (circumstances.timeForStart, circumstances.timeForEnd) = (time, time) }
        // On a copy: even what is found out about a certificate is not kept.
        var reader = tickets
        let explanation = reader.explain(payload, under: circumstances)
        let isUsed = wasUsed ?? hasUsed(payload)
        let isInServiceHours = !isOutsideWindow(by: time ?? clock.vouched(at: moment))
        let standing = (explanation?.ticket).map { self.standing(of: $0.card) }
        let reason =
            if !state.modes.ticketsEnabled {
                Reason.functionOff
            } else if let explanation {
                RideDecision(
                    presented: explanation.presented(isUsed: isUsed, standing), modes: modesInForce,
                    isInServiceHours: isInServiceHours
                ).reason
            } else {
                isPlatformCode(payload) ? Reason.platformUnreachable : .malformedTicket
            }
        return TicketAssessment(
            explanation: explanation, standing: standing, isUsed: isUsed, isInServiceHours: isInServiceHours, reason: reason,
            time: circumstances.timeForEnd, clock: clock.reading(at: moment).source)
    }

    /// Whether a single ride was used before, whoever brings it.
    public func hasUsed(_ payload: [UInt8]) -> Bool {
        tickets.unverified(payload).map { desk.hasUsed($0.name) } ?? false
    }
}

extension TicketExplanation {
    fileprivate func presented(isUsed: Bool, _ standing: CardStanding?) -> RideDecision.Presented {
        if let fault { return .badTicket(fault) }
        guard let standing else { return .badTicket(.malformed) }
        return .ticket(isUsed: isUsed, standing)
    }
}
