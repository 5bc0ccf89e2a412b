import Base
import Fares

/// Riders as they are: in bursts, impatient, with last week's ticket, at two readers at once.
extension Simulation {
    private static let readers = [0, 1]
    private static let observingReader = 2
    private static let scanners = [3, 4]

    func stopAtBusStop() {
        guard !isAtDepot else { return }
        queue.add(.busStop, at: now + random.minutes(2...9))
        let isCrowd = random.chance(0.04)
        let riders = Int.random(in: isCrowd ? 10...25 : 0...3, using: &random)
        for _ in 0..<riders {
            let boarding = now + random.seconds(isCrowd ? 0...0.5 : 0...25)
            if random.chance(0.6) { boardWithCard(at: boarding) } else { boardWithTicket(at: boarding) }
        }
    }

    private func boardWithCard(at boarding: Instant) {
        let card = random.pick(universe)
        let uid = Self.bytes(of: card)
        let reader = random.pick(Self.readers)
        plan(.card(uid, reader), at: boarding, reader)
        if random.chance(0.05) { queue.add(.card(uid, reader == 0 ? 1 : 0), at: boarding) }
        if random.chance(0.05) { queue.add(.card(uid, Self.observingReader), at: boarding) }
    }

    func boardTwice(around time: Instant) {
        let reader = random.pick(Self.readers)
        let tap = Happening.card(Self.bytes(of: random.pick(universe)), reader)
        queue.add(tap, at: time + random.seconds(0...0.5))
        queue.add(tap, at: time + random.seconds(1...8))
    }

    private func boardWithTicket(at boarding: Instant) {
        let scanner = random.pick(Self.scanners)
        guard !random.chance(0.06) else {
            let scribbles = ["x", "🎫🎫", "VT1" + String(repeating: "A", count: 48), String(repeating: "z", count: 900), "VT1"]
            return plan(.ticket(Array(random.pick(scribbles).utf8), scanner), at: boarding, scanner)
        }
        let recent = office.printed.suffix(25)
        let ticket = !recent.isEmpty && random.chance(0.35) ? random.pick(recent) : printTicket()
        let payload = Array((random.chance(0.3) ? ticket.text.lowercased() : ticket.text).utf8)
        plan(.ticket(payload, scanner), at: boarding, scanner)
        // A friend with the same ticket, at the other door.
        if random.chance(0.1) { queue.add(.ticket(Array(ticket.text.utf8), scanner == 3 ? 4 : 3), at: boarding) }
    }

    /// Once, or again and again until the rider has seen a light.
    private func plan(_ happening: Happening, at boarding: Instant, _ source: SourceIndex) {
        queue.add(happening, at: boarding)
        let interval = policy.sources[source].repeatInterval
        var next = boarding
        while random.chance(0.15) {
            next = next + random.seconds(0.05...1.3) * (interval / .seconds(1))
            queue.add(happening, at: next)
        }
    }

    private func printTicket() -> TicketOffice.Printed {
        let lifetime = UInt16.random(in: 300...65535, using: &random)
        let begin = TrueTime.wall(at: now).seconds
        let age: Int64 =
            switch Int.random(in: 0..<12, using: &random) {
            case 0: Int64(lifetime) + Int64.random(in: 30...20000, using: &random)
            case 1: -Int64.random(in: 30...3000, using: &random)
            default: Int64.random(in: 0...Int64(lifetime / 2), using: &random)
            }
        let groups = platform.keyGroups
        let group = random.chance(0.2) ? groups[max(0, groups.count - 2)] : groups[groups.count - 1]
        let key = random.chance(0.04) ? KeyGroup.Key(id: 9, text: "nobody's") : random.pick(group.keys)
        let ticket = Ticket(
            keyID: key.id, kind: random.chance(0.6) ? .singleRide : .pass,
            card: random.pick(universe.filter { $0.digitCount <= 15 }),
            validFrom: UInt32(begin - age), lifetimeSeconds: lifetime, nonce: UInt32.random(in: 0 ... .max, using: &random))
        return office.print(ticket, key: key, isForged: random.chance(0.06))
    }

    // MARK: At the reader

    func present(uid: [UInt8], at reader: SourceIndex) {
        guard let box, let card = CardNumber(uid.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()) else {
            return
        }
        let modes = box.validator.state.modes
        present(.card(card), at: reader, isOnline: modes.cardsEnabled && modes.cardCheck == .online) {
            box.handle(.card(uid: uid, reader: reader), at: self.now)
        }
    }

    func present(payload: [UInt8], at scanner: SourceIndex) {
        guard let box else { return }
        let modes = box.validator.state.modes
        present(
            office.passenger(of: .ticket(payload)), at: scanner, isOnline: modes.ticketsEnabled && modes.ticketCheck == .online
        ) {
            box.handle(.ticket(payload, scanner: scanner), at: self.now)
        }
    }

    private func present(_ passenger: Passenger, at source: SourceIndex, isOnline: Bool, _ act: () -> Void) {
        let name = TapLedger.TapName(boot: clock.boot, instant: clock.instant(at: now), source: source, passenger: passenger)
        guard ledger.entry(name) == nil else { return }
        note { "\(passenger) at source \(source)" }
        if source != Self.observingReader {
            let patience = isOnline ? policy.onlineTimeout + Self.lightWithin : Self.lightWithin
            ledger.present(
                name, at: now, life: box?.life ?? 0, repeatInterval: policy.sources[source].repeatInterval,
                deadline: now + patience)
        }
        presenting = name
        act()
        presenting = nil
    }

    static func bytes(of card: CardNumber) -> [UInt8] {
        let digits = card.digits.compactMap(hexadecimalValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
