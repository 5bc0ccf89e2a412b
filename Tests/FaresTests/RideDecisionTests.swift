import Base
import Fares
import Testing

/// What holds for the box and for the hub alike.
@Suite("Whether a rider may ride")
struct RideDecisionTests {
    /// What can stand against a card, in the order in which it is said.
    private static let ofCards: [Reason] = [.blocked, .notOnWhiteList, .notOnLineList, .notInServiceHours]

    /// A ride with both lists asked, against which stands what `obstacles` says and nothing else.
    private static func ride(_ obstacles: Set<Reason>, byTicket: Bool) -> RideDecision {
        let card = CardStanding(
            isBlocked: obstacles.contains(.blocked), isOnWhiteList: !obstacles.contains(.notOnWhiteList),
            isOnLineList: !obstacles.contains(.notOnLineList))
        var modes = Modes()
        (modes.whiteListRequired, modes.lineListRequired) = (true, true)
        let isUsed = obstacles.contains(.ticketUsed)
        return RideDecision(
            presented: byTicket ? .ticket(isUsed: isUsed, card) : .card(card), modes: modes,
            isInServiceHours: !obstacles.contains(.notInServiceHours))
    }

    private func subsets(of reasons: [Reason]) -> [[Reason]] {
        (0..<1 << reasons.count).map { bits in reasons.indices.filter { bits & 1 << $0 != 0 }.map { reasons[$0] } }
    }

    @Test("of all that stands against a card, the reason is what comes first: blocked, white list, line list, hours")
    func orderForCards() {
        for obstacles in subsets(of: Self.ofCards) {
            #expect(Self.ride(Set(obstacles), byTicket: false).reason == obstacles.first ?? .ok, "\(obstacles)")
        }
    }

    @Test("against a good ticket stands its use, and then whatever stands against its card")
    func orderForTickets() {
        for obstacles in subsets(of: [.ticketUsed] + Self.ofCards) {
            #expect(Self.ride(Set(obstacles), byTicket: true).reason == obstacles.first ?? .ok, "\(obstacles)")
        }
    }

    @Test("a code that is no good ticket has its own reason, whatever else is known", arguments: TicketFault.allCases)
    func badTickets(fault: TicketFault) {
        for obstacles in subsets(of: [.ticketUsed, .notInServiceHours]) {
            var ride = Self.ride(Set(obstacles), byTicket: true)
            ride.presented = .badTicket(fault)
            #expect(ride.reason == Reason(fault))
        }
    }

    @Test("no two faults of tickets have one reason, and none is a reason of cards")
    func faultsHaveReasons() {
        let reasons = TicketFault.allCases.map(Reason.init)
        #expect(Set(reasons).count == reasons.count)
        #expect(Set(reasons).isDisjoint(with: Self.ofCards + [.ok, .ticketUsed]))
    }

    @Test("a list that is not asked for refuses nobody, but a blocked card is blocked all the same", arguments: [false, true])
    func listsNotAskedFor(byTicket: Bool) {
        let table: [(Set<Reason>, white: Bool, line: Bool, Reason)] = [
            ([.notOnWhiteList, .notOnLineList], false, false, .ok),
            ([.notOnWhiteList, .notOnLineList], true, false, .notOnWhiteList),
            ([.notOnWhiteList, .notOnLineList], false, true, .notOnLineList),
            ([.notOnWhiteList], false, true, .ok),
            ([.notOnLineList], true, false, .ok),
            ([.blocked, .notOnWhiteList], false, false, .blocked),
            ([.notOnWhiteList, .notInServiceHours], false, false, .notInServiceHours),
        ]
        for (obstacles, white, line, expected) in table {
            var ride = Self.ride(obstacles, byTicket: byTicket)
            (ride.modes.whiteListRequired, ride.modes.lineListRequired) = (white, line)
            #expect(ride.reason == expected, "\(obstacles), white list \(white), line list \(line)")
        }
    }
}
