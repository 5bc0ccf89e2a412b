import Base
import Fares
import ValidatorCore

/// What one bus is like, drawn from its seed.
struct BusTraits {
    static let readers = [0, 1]
    /// Its cards are read events only.
    static let observingReader = 2
    static let scanners = [3, 4]

    /// Every card that there is.
    let universe: [CardNumber]
    /// Those that fit into a ticket.
    let cardsOfTickets: [CardNumber]
    /// Those that fit into a code of the transport ministry's.
    let cardsOfCodes: [CardNumber]
    /// Cards stay in the field, and somebody has subscribed to read events.
    let followsVisits: Bool
    let hasIgnitionLine: Bool
    let ignitionOffDelay: Duration
    let ignitionOffMaximum: Duration
    let repeatIntervals: [Duration]
    let policy: Policy

    init(boot: UniqueID, using random: inout SeededGenerator) {
        followsVisits = random.chance(0.5)
        hasIgnitionLine = random.chance(0.5)
        ignitionOffDelay = random.seconds(30...900)
        ignitionOffMaximum = random.seconds(30...1800)
        policy = Self.policy(boot: boot, followsVisits: followsVisits, using: &random)
        repeatIntervals = policy.sources.map(\.repeatInterval)
        // Lists of some buses take many slices.
        let count = random.chance(0.15) ? Int.random(in: 300...700, using: &random) : 40
        var universe: [CardNumber] = []
        for index in 0..<count {
            let digits = [8, 8, 14, 20][index % 4]
            let text = String(repeating: "0", count: digits) + String(random.next(), radix: index % 8 == 3 ? 10 : 16)
            if let card = CardNumber(text.suffix(digits)) { universe.append(card) }
        }
        self.universe = universe
        cardsOfTickets = universe.filter { $0.digitCount <= 15 }
        cardsOfCodes = universe.enumerated().filter { $0.offset % 8 == 3 }.map(\.element)
    }

    private static func policy(boot: UniqueID, followsVisits: Bool, using random: inout SeededGenerator) -> Policy {
        var policy = Policy(boot: boot, buildDate: TrueTime.buildDate)
        policy.sources = [
            Policy.Source(id: "front", kind: .reader(.hex), repeatInterval: .seconds(2)),
            Policy.Source(
                id: "rear", kind: .reader(.hex), repeatInterval: .seconds(10), readEventTimeout: random.seconds(1...10)),
            Policy.Source(
                id: "gate", kind: .reader(.hex), decides: false, readEventTimeout: random.chance(0.3) ? .zero : .seconds(3),
                countsEverySighting: random.chance(0.5)),
            Policy.Source(id: "front scanner", kind: .scanner, repeatInterval: .seconds(5)),
            Policy.Source(id: "rear scanner", kind: .scanner, repeatInterval: .seconds(2)),
        ]
        policy.tracksReadEvents = followsVisits
        policy.reportInterval = .seconds(120)
        policy.parkedInterval = random.chance(0.5) ? .zero : .seconds(Int.random(in: 60...900, using: &random))
        policy.unlisted = random.chance(0.7) ? .blocked : .removed
        policy.offlineUploads = random.chance(0.8) ? .checkAndLog : .log
        policy.latePositions = random.chance(0.7) ? .send : .drop
        policy.checkWindow = random.chance(0.7) ? .enforce : .ignore
        policy.acceptedCodes = random.chance(0.5) ? [SimulatedPlatform.duplicateCode] : []
        policy.finalCodes = [SimulatedPlatform.finalCode]
        policy.fallbackCodes = [SimulatedPlatform.fallbackCode]
        policy.tickets.secret = random.chance(0.5) ? Array("a secret".utf8) : []
        policy.tickets.transport.fareFen = TransportCodeOffice.fareFen
        policy.maximumRecords = random.chance(0.25) ? 60 : 5000
        policy.concurrency = Int.random(in: 1...4, using: &random)
        // By a throw of its own, so that the days of earlier seeds stay what they were.
        var other = random
        policy.unknownTickets = other.chance(0.7) ? .online : .refuse
        return policy
    }
}
