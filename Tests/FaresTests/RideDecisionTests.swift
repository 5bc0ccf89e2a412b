import Base
import Fares
import Testing

/// What holds for the box and for the hub alike.
@Suite("Whether a rider may ride")
struct RideDecisionTests {
    private static let noon = WallTime(seconds: 1_785_729_600)
    private static let skew = Duration.seconds(60)

    /// What can stand against a card, in the order in which it is said.
    private static let ofCards: [Reason] = [.blocked, .notOnWhiteList, .notOnLineList, .notInServiceHours]
    /// What can stand against a ticket before its card is looked at.
    private static let ofTickets: [Reason] = [.ticketNotYetValid, .ticketExpired, .ticketUsed]

    /// A ride with both lists asked, against which stands what `obstacles` says and nothing else.
    private static func ride(_ obstacles: Set<Reason>, byTicket: Bool) -> RideDecision {
        let card = CardStanding(
            isBlocked: obstacles.contains(.blocked), isOnWhiteList: !obstacles.contains(.notOnWhiteList),
            isOnLineList: !obstacles.contains(.notOnLineList))
        var modes = Modes()
        (modes.whiteListRequired, modes.lineListRequired) = (true, true)
        let isUsed = obstacles.contains(.ticketUsed)
        return RideDecision(
            presented: byTicket ? .ticket(ticket(from: 0, lifetime: 600), isUsed: isUsed, card) : .card(card), modes: modes,
            timeForStart: obstacles.contains(.ticketNotYetValid) ? noon - .seconds(3600) : noon,
            timeForEnd: obstacles.contains(.ticketExpired) ? noon + .seconds(3600) : noon, ticketSkew: skew,
            isInServiceHours: !obstacles.contains(.notInServiceHours))
    }

    private static func ticket(from seconds: Int64, lifetime: UInt16) -> Ticket {
        Ticket(
            keyID: 1, kind: .singleRide, card: CardNumber("00065537")!, validFrom: UInt32(noon.seconds + seconds),
            lifetimeSeconds: lifetime, nonce: 1)
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

    @Test("against a ticket stand its times and its use, and then whatever stands against its card")
    func orderForTickets() {
        for obstacles in subsets(of: Self.ofTickets + Self.ofCards) {
            #expect(Self.ride(Set(obstacles), byTicket: true).reason == obstacles.first ?? .ok, "\(obstacles)")
        }
    }

    @Test(
        "a text that is no genuine ticket has its own reason, whatever else is known",
        arguments: [
            (TicketFault.malformed, Reason.malformedTicket), (.unknownKey, .unknownKey), (.forged, .forgedTicket),
        ])
    func badTickets(fault: TicketFault, expected: Reason) {
        for obstacles in subsets(of: [.ticketNotYetValid, .ticketExpired, .notInServiceHours]) {
            var ride = Self.ride(Set(obstacles), byTicket: true)
            ride.presented = .badTicket(fault)
            #expect(ride.reason == expected)
        }
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

    @Test(
        "a ticket's times have the clock's tolerance on both sides",
        arguments: [
            (61, 600, Reason.ticketNotYetValid), (60, 600, .ok), (0, 0, .ok), (-660, 600, .ok), (-661, 600, .ticketExpired),
        ] as [(Int64, UInt16, Reason)])
    func tolerance(from: Int64, lifetime: UInt16, expected: Reason) {
        var ride = Self.ride([], byTicket: true)
        ride.presented = .ticket(
            Self.ticket(from: from, lifetime: lifetime), isUsed: false,
            CardStanding(isBlocked: false, isOnWhiteList: true, isOnLineList: true))
        #expect(ride.reason == expected)
    }

    @Test("without a clock that is good enough no ticket is too new or too old; a used one stays used")
    func withoutClock() {
        var young = Self.ride([.ticketNotYetValid], byTicket: true)
        young.timeForStart = nil
        #expect(young.reason == .ok)
        var old = Self.ride([.ticketExpired], byTicket: true)
        old.timeForEnd = nil
        #expect(old.reason == .ok)
        var used = Self.ride([.ticketUsed], byTicket: true)
        (used.timeForStart, used.timeForEnd) = (nil, nil)
        #expect(used.reason == .ticketUsed)
    }
}
