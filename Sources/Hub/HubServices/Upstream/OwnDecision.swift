import Base
import Fares
import HubDomain
import HubStore
import PlatformAPI

/// By what the hub decides while the platform is away: what the platform last said to the device, and its lists and keys as they are held here.
struct OwnDecision: Sendable {
    /// Hours that ended longer ago, or begin later than this, are another day's.
    private static let hoursAge = Duration.seconds(12 * 3600)

    let keys: KeyRing
    private let modes: Modes
    private let hours: Range<WallTime>?
    private let hasCards: Bool
    private let cards: ListSelection
    private let line: ListSelection

    /// Nil for a device of which the platform said nothing yet.
    init?(of deviceID: String, under upstream: any Upstream, at now: WallTime) {
        guard let orders = upstream.orders(of: deviceID, at: now), let enterprise = upstream.enterprise(of: deviceID) else {
            return nil
        }
        keys = upstream.keys(of: deviceID) ?? KeyRing()
        hasCards = Self.isHeld(orders.versions.cards)
        var modes = orders.modes
        // As on a box: what is on no list yet is not held against riders.
        if !Self.isHeld(orders.versions.lineCards) { modes.lineListRequired = false }
        self.modes = modes
        hours = orders.window.flatMap { window in
            // On one date, past midnight.
            let end = window.end < window.start ? window.end + .seconds(86400) : window.end
            return window.start < end ? window.start..<end : nil
        }
        (cards, line) = (.enterpriseCards(enterpriseID: enterprise), .deviceLine(deviceID: deviceID))
    }

    private static func isHeld(_ version: String) -> Bool { !version.isEmpty && version != "0" }

    /// False where a white list is asked for that is not here, or a ticket's keys: then everybody would be refused.
    func canDecide(_ subject: Subject) -> Bool {
        if case .ticket = subject, keys.current == nil { return false }
        return hasCards || !modes.whiteListRequired
    }

    func want(_ tap: PendingRequest.Tap, _ wanted: inout WantedFacts) {
        let card: CardNumber? = if case .card(let card) = tap.subject { card } else { tap.ticket?.card }
        if let card {
            wanted.flag(of: card, on: cards)
            wanted.flag(of: card, on: line)
        }
        if let ticket = tap.ticket { wanted.usedTicket(ticket.name) }
    }

    func standing(of card: CardNumber, in facts: StoreFacts) -> CardStanding {
        let flag = facts.flag(of: card, on: cards)
        return CardStanding(
            isBlocked: flag == false, isOnWhiteList: flag == true, isOnLineList: facts.flag(of: card, on: line) ?? false)
    }

    func reason(for presented: RideDecision.Presented, at now: WallTime) -> Reason {
        OnlineCheck.reason(for: presented, modes: modes, isInServiceHours: isInServiceHours(at: now))
    }

    private func isInServiceHours(at now: WallTime) -> Bool {
        guard let hours, now > hours.lowerBound - Self.hoursAge, now < hours.upperBound + Self.hoursAge else { return true }
        return hours.contains(now)
    }
}
