import Base
import Fares
import ValidatorCore

/// The box's own decision, written down a second time, as a table: the first line that applies decides.
struct DecisionOracle {
    enum Listing { case listed, blocked, unlisted }

    var modes: Modes
    var window: ServiceWindow?
    var windowMaximumAge: Duration
    var keys: KeyRing
    var ticketSkew: Duration
    var unknownTickets: UnknownTickets
    /// Nil while no clock is trusted.
    var time: WallTime?
    /// The same, unless only the system clock says so.
    var vouchedTime: WallTime?
    var listing: (CardNumber) -> Listing
    var isOnLine: (CardNumber) -> Bool
    /// A line list that was never adopted refuses nobody.
    var hasLineList: Bool

    /// - Parameter hasSwitch: false after an online attempt, which the switch has admitted.
    func reason(card: CardNumber, hasSwitch: Bool) -> Reason {
        if hasSwitch, !modes.cardsEnabled { return .functionOff }
        return reason(holder: card)
    }

    func reason(ticket printed: TicketOffice.Printed, isUsed: Bool, hasSwitch: Bool) -> Reason {
        if hasSwitch, !modes.ticketsEnabled { return .functionOff }
        return switch printed.content {
        case .vt1(let ticket, let key, let isForged): reason(ticket, key: key, isForged: isForged, isUsed: isUsed)
        case .transport(let plan, let made): reason(plan, made: made.milliseconds, isUsed: isUsed)
        }
    }

    private func reason(_ plan: TransportCodePlan, made: Int64, isUsed: Bool) -> Reason {
        let skew = ticketSkew.wholeMilliseconds
        let authorisation = made + plan.authorisationSeconds * 1000
        switch plan.flaw {
        case .cut: return .malformedTicket
        case .testAccount: return .issuerNotAccepted
        case .poor: return .amountExceeded
        case .strangeRoot: return .noRootKey
        case .endedCertificate where time != nil: return .certificateExpired
        case .endedCertificate, .forged, nil: break
        }
        if let time, time.milliseconds > authorisation + skew { return .authorisationExpired }
        if let vouchedTime, vouchedTime.milliseconds < made - skew { return .ticketNotYetValid }
        if let time, time.milliseconds > min(authorisation, made + Int64(plan.validitySeconds) * 1000) + skew {
            return .ticketExpired
        }
        if plan.flaw == .forged { return .forgedTicket }
        return isUsed ? .ticketUsed : reason(holder: plan.card)
    }

    private func reason(_ ticket: VT1Ticket, key: String, isForged: Bool, isUsed: Bool) -> Reason {
        let honoured = honouredKeys(id: ticket.keyID)
        if honoured.isEmpty { return .unknownKey }
        if isForged || !honoured.contains(key) { return .forgedTicket }
        let start = Int64(ticket.validFrom) * 1000
        let end = start + Int64(ticket.lifetimeSeconds) * 1000
        let skew = ticketSkew.wholeMilliseconds
        if let vouchedTime, vouchedTime.milliseconds < start - skew { return .ticketNotYetValid }
        if let time, time.milliseconds > end + skew { return .ticketExpired }
        if ticket.kind == .singleRide, isUsed { return .ticketUsed }
        return reason(holder: ticket.card)
    }

    /// - Parameter hasSwitch: the platform was not to be asked, which it always is about a code of its own but for the switch.
    func reasonForScribble(_ payload: [UInt8], hasSwitch: Bool) -> Reason {
        if Self.isPlatformCode(payload, unknownTickets) { return hasSwitch ? .functionOff : .platformUnreachable }
        return hasSwitch && !modes.ticketsEnabled ? .functionOff : .malformedTicket
    }

    /// Nothing that looks like a ticket, and nothing longer than any.
    static func isPlatformCode(_ payload: [UInt8], _ unknown: UnknownTickets) -> Bool {
        let looksLikeTicket = payload.count > 3 && ["VT1", "vt1"].contains(String(decoding: payload.prefix(3), as: UTF8.self))
        return unknown == .online && !looksLikeTicket && payload.count <= 1024
    }

    private func reason(holder: CardNumber) -> Reason {
        let listing = listing(holder)
        if listing == .blocked { return .blocked }
        if modes.whiteListRequired, listing != .listed { return .notOnWhiteList }
        if modes.lineListRequired, hasLineList, !isOnLine(holder) { return .notOnLineList }
        if let window, let now = vouchedTime?.milliseconds,
            now - window.learned.milliseconds < windowMaximumAge.wholeMilliseconds,
            !hours(window).contains(where: { $0.contains(now) })
        {
            return .notInServiceHours
        }
        return .ok
    }

    /// Told with one date, hours past midnight are those of two nights.
    private func hours(_ window: ServiceWindow) -> [Range<Int64>] {
        let (start, end, day) = (window.start.milliseconds, window.end.milliseconds, Int64(86_400_000))
        return end >= start ? [start..<end] : [start..<end + day, start - day..<end]
    }

    /// The texts of that id's keys: the group in force, and the one before for the longest lifetime of a ticket.
    private func honouredKeys(id: UInt8) -> Set<String> {
        var groups = [keys.current]
        let longestLifetime: Int64 = 65_535_000
        if let time, let replaced = keys.replaced {
            if time.milliseconds <= replaced.milliseconds + longestLifetime { groups.append(keys.previous) }
        } else {
            groups.append(keys.previous)
        }
        return Set(groups.compactMap { $0 }.flatMap(\.keys).filter { $0.id == id }.map(\.text))
    }

    /// `status` of a log: 0 accepted, 2 blocked, 1 everything else.
    static func logStatus(_ reason: Reason) -> Int {
        if reason == .ok { return 0 }
        return reason == .blocked ? 2 : 1
    }
}
