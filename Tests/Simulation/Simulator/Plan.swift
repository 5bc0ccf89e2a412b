import Base
import Fares
import ValidatorCore

/// Everything that the world does to one bus, drawn from its seed before its life begins. What follows of it, such as replies
/// and restarts, comes from the box and the simulation. So any of it can be left out and the rest still happens.
package struct Plan {
    package struct Entry {
        /// Its place in the whole plan, by which it is kept or left out.
        package var number: Int
        var due: Instant
        var happening: Happening
        /// Part of every day's course, which is never left out: without it the other days prove nothing.
        var isCourse: Bool
    }

    /// What a rider's ticket is to be like; the key is that of the day when it is first shown.
    struct Ticket {
        var kind: VT1Ticket.Kind
        var card: CardNumber
        /// Since its first second; negative for one that is not valid yet.
        var ageSeconds: Int64
        var lifetimeSeconds: UInt16
        var nonce: UInt32
        /// Of the group before the one in force.
        var isOfOldKeys: Bool
        /// Nil: nobody's key.
        var keyIndex: Int?
        var isForged: Bool
        /// A code of the transport ministry's form in its place; nil: ours.
        var transport: TransportCodePlan?
    }

    /// By their time; those of one time in the order in which they were drawn.
    private(set) var entries: [Entry] = []
    private(set) var tickets: [Ticket] = []

    private var drawn: [(due: Instant, happening: Happening, isCourse: Bool)] = []
    private var random: SeededGenerator
    private let bus: BusTraits

    init(seed: UInt64, days: Int, bus: BusTraits) {
        random = SeededGenerator(seed: seed)
        self.bus = bus
        for day in 0..<days { draw(day: day) }
        entries = drawn.enumerated()
            .sorted { ($0.element.due, $0.offset) < ($1.element.due, $1.offset) }
            .enumerated().map { number, found in
                let drawn = found.element
                return Entry(number: number, due: drawn.due, happening: drawn.happening, isCourse: drawn.isCourse)
            }
        drawn = []
    }

    /// Without what is not to be kept; the course of the days stays.
    func keeping(_ numbers: Set<Int>?) -> [Entry] {
        guard let numbers else { return entries }
        return entries.filter { $0.isCourse || numbers.contains($0.number) }
    }
}

// MARK: A day

extension Plan {
    private mutating func draw(day: Int) {
        func at(_ hour: Int, _ minute: Int = 0) -> Instant { TrueTime.instant(day: day, hour: hour, minute: minute) }
        add(.morning, at: at(5, 30), isCourse: true)
        drawService(from: at(5, 40), to: at(21, 30))
        func scatter(_ times: ClosedRange<Int>, _ make: (inout Plan, Instant) -> Void) {
            for _ in 0..<Int.random(in: times, using: &random) { make(&self, at(6) + random.minutes(0...890)) }
        }
        scatter(1...4) { plan, time in plan.drawTrouble(isPower: true, at: time) }
        scatter(2...6) { plan, time in plan.drawTrouble(isPower: false, at: time) }
        scatter(0...3) { plan, time in plan.add(.killBeforeLight, at: time) }
        scatter(0...2) { plan, time in
            let call = plan.random.chance(0.5) ? nil : Int.random(in: 1...40, using: &plan.random)
            let isLong = plan.random.chance(0.1)
            plan.add(.disk(failingCall: call, healedAfter: plan.random.minutes(isLong ? 30...180 : 1...10)), at: time)
        }
        scatter(0...3) { plan, time in
            let error: Duration = plan.random.chance(0.6) ? .zero : plan.random.minutes(-90...30)
            plan.add(.systemClock(error: error), at: time)
        }
        scatter(0...2) { plan, time in plan.add(.keyRotation, at: time) }
        scatter(0...3) { plan, time in plan.add(.technician(plan.drawTechnician()), at: time) }
        scatter(0...2) { plan, time in plan.add(.hubCrash(downFor: plan.random.seconds(1...90)), at: time) }
        scatter(0...4) { plan, time in
            plan.add(
                .readerFails(Int.random(in: 0...2, using: &plan.random), for: plan.random.seconds(1...600)), at: time)
        }
        if bus.hasIgnitionLine {
            scatter(0...3) { plan, time in plan.add(.ignitionOff(for: plan.random.minutes(1...28)), at: time) }
        }
        add(.depot(areSticksLost: random.chance(0.5)), at: at(21, 30), isCourse: true)
        add(.technician(.retryRefused), at: at(21, 32), isCourse: true)
        // A platform whose lists lagged behind its heartbeats all day is asked again no sooner than in hours.
        for target in DownloadTarget.allCases {
            add(.technician(.synchronise(target, full: true)), at: at(21, 33), isCourse: true)
        }
        // So long an upload may wait for its next try that got no usable reply again and again while others were answered.
        let balance = at(21, 35) + Limits.unusablePause
        add(.balance, at: balance, isCourse: true)
        if bus.hasIgnitionLine { add(.parking, at: balance + .seconds(300), isCourse: true) }
        add(.night, at: balance + .seconds(3000), isCourse: true)
    }

    private mutating func add(_ happening: Happening, at due: Instant, isCourse: Bool = false) {
        drawn.append((due, happening, isCourse))
    }

    private mutating func drawService(from start: Instant, to end: Instant) {
        func again(_ minutes: ClosedRange<Double>, _ make: (inout Plan, Instant) -> Void) {
            var due = start + random.minutes(0...20)
            while due < end {
                make(&self, due)
                due = due + random.minutes(minutes)
            }
        }
        again(10...60) { plan, time in
            plan.add(.weather(plan.random.pick([.calm, .calm, .lossy, .down, .sick])), at: time)
        }
        again(20...90) { plan, time in
            let mood = SimulatedPlatform.Mood(
                refusesUploads: plan.random.chance(0.3), listsLag: plan.random.chance(0.15),
                refusesTokens: plan.random.chance(0.2))
            plan.add(.mood(mood), at: time)
        }
        again(15...90) { plan, time in plan.add(.modes(seed: plan.random.next()), at: time) }
        again(20...150) { plan, time in
            plan.add(.publication(isFull: !plan.random.chance(0.75), seed: plan.random.next()), at: time)
        }
        again(20...120) { plan, time in plan.add(.receiver(isThere: plan.random.chance(0.7)), at: time) }
        again(0.25...2.5) { plan, time in
            plan.add(.fix(FixKind(rawValue: Int.random(in: 0..<15, using: &plan.random)) ?? .good), at: time)
        }
        again(2...9) { plan, time in plan.drawBusStop(at: time) }
    }

    private mutating func drawTechnician() -> Technician {
        switch Int.random(in: 0..<7, using: &random) {
        case 0: .reportInterval(.seconds(Int.random(in: 5...180, using: &random)))
        case 1: .synchronise(random.pick(DownloadTarget.allCases), full: random.chance(0.5))
        case 2: .retryRefused
        case 3: .stickReachesHub
        case 4: .stickIsLost
        case 5:
            .swapBox(
                recordsInFile: Int.random(in: 1...60, using: &random),
                cutAtCall: random.chance(0.5) ? Int.random(in: 1...200, using: &random) : nil)
        default: .collect(limit: random.chance(0.5) ? 500 : Int.random(in: 1...20, using: &random))
        }
    }

    /// Trouble comes while somebody boards, who then tries again.
    private mutating func drawTrouble(isPower: Bool, at time: Instant) {
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let tap = Happening.card(random.pick(bus.universe), random.pick(BusTraits.readers))
            add(tap, at: time + random.seconds(0...0.5))
            add(tap, at: time + random.seconds(1...8))
        }
        let due = time + random.seconds(0...0.5)
        guard isPower else { return add(.kill, at: due) }
        let call = Int.random(in: 1...(random.chance(0.5) ? 10 : 80), using: &random)
        add(.powerCut(atCall: call, goneAfter: random.seconds(0.1...5)), at: due)
    }
}

// MARK: Riders as they are: in bursts, impatient, with last week's ticket, at two readers at once

extension Plan {
    private mutating func drawBusStop(at time: Instant) {
        let isCrowd = random.chance(0.04)
        let riders = Int.random(in: isCrowd ? 10...25 : 0...3, using: &random)
        let burst = time + random.seconds(0...20)
        for _ in 0..<riders {
            var boarding = time + random.seconds(isCrowd ? 0...0.5 : 0...25)
            // Several readers and scanners at once, in one turn of the box's loop.
            if isCrowd, random.chance(0.4) { boarding = burst }
            if random.chance(0.6) { drawCard(at: boarding) } else { drawTicket(at: boarding) }
        }
    }

    private mutating func drawCard(at boarding: Instant) {
        let card = random.pick(bus.universe)
        let reader = random.pick(BusTraits.readers)
        drawAgain(.card(card, reader), at: boarding, reader)
        if random.chance(0.05) { add(.card(card, reader == 0 ? 1 : 0), at: boarding) }
        let isAtGate = random.chance(bus.followsVisits ? 0.25 : 0.05)
        if isAtGate { add(.card(card, BusTraits.observingReader), at: boarding) }
        guard bus.followsVisits, random.chance(0.4) else { return }
        // The card stays in the field.
        var time = boarding
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            time = time + random.seconds(0.1...(random.chance(0.9) ? 2 : 12))
            add(.sighting(card, isAtGate ? BusTraits.observingReader : reader), at: time)
        }
    }

    private mutating func drawTicket(at boarding: Instant) {
        let scanner = random.pick(BusTraits.scanners)
        guard !random.chance(0.06) else {
            let scribbles = ["x", "🎫🎫", "VT1" + String(repeating: "A", count: 48), String(repeating: "z", count: 900), "VT1"]
            return drawAgain(.scribble(Array(random.pick(scribbles).utf8), scanner), at: boarding, scanner)
        }
        let recent = max(0, tickets.count - 25)..<tickets.count
        let ticket = !recent.isEmpty && random.chance(0.35) ? random.pick(recent) : drawNewTicket()
        drawAgain(.ticket(ticket, isOtherForm: random.chance(0.3), scanner), at: boarding, scanner)
        // A friend with the same ticket, at the other door.
        if random.chance(0.1) { add(.ticket(ticket, isOtherForm: false, scanner == 3 ? 4 : 3), at: boarding) }
    }

    /// Once, or again and again until the rider has seen a light.
    private mutating func drawAgain(_ happening: Happening, at boarding: Instant, _ source: SourceIndex) {
        add(happening, at: boarding)
        let interval = bus.repeatIntervals[source]
        var next = boarding
        while random.chance(0.15) {
            next = next + random.seconds(0.05...1.3) * (interval / .seconds(1))
            add(happening, at: next)
        }
    }

    private mutating func drawNewTicket() -> Int {
        let lifetime = UInt16.random(in: 300...65535, using: &random)
        let age: Int64 =
            switch Int.random(in: 0..<12, using: &random) {
            case 0: Int64(lifetime) + Int64.random(in: 30...20000, using: &random)
            case 1: -Int64.random(in: 30...3000, using: &random)
            default: Int64.random(in: 0...Int64(lifetime / 2), using: &random)
            }
        tickets.append(
            Ticket(
                kind: random.chance(0.6) ? .singleRide : .pass, card: random.pick(bus.cardsOfTickets), ageSeconds: age,
                lifetimeSeconds: lifetime, nonce: .random(in: 0 ... .max, using: &random), isOfOldKeys: random.chance(0.2),
                keyIndex: random.chance(0.04) ? nil : Int.random(in: 0..<3, using: &random), isForged: random.chance(0.06)))
        // By a throw of its own, so that the days of earlier seeds stay what they were.
        var other = random
        if other.chance(0.2) { tickets[tickets.count - 1].transport = TransportCodePlan(cards: bus.cardsOfCodes, using: &other) }
        return tickets.count - 1
    }
}
