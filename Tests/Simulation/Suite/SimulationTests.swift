import Base
import Fares
import Testing
import ValidatorCore

@testable import Simulator

@Suite("Whole boxes under seeded faults")
struct SimulationTests {
    /// A bus runs for so many days, so that what a night or a ticket's lifetime does is seen.
    private static let daysOfBus = 4

    /// Few, since CI runs a thousand bus-days in release: `make simulate DAYS=1000`.
    private static let seeds: ClosedRange<UInt64> = 1...10

    @Test("every promise holds on every day of a bus", arguments: seeds)
    func everyPromiseHolds(seed: UInt64) throws {
        let simulation = try Simulation(name: "bus-\(seed)", seed: seed, days: Self.daysOfBus)
        if let broken = simulation.run() { Issue.record(broken) }
        #expect(simulation.ledger.lights > 100 * Self.daysOfBus, "hardly anybody rode: the simulation itself is at fault")
        #expect(simulation.cuts > Self.daysOfBus)
    }

    @Test("the riders of six buses see every light that there is; cuts fall between a record and its light, boxes are swapped")
    func everythingIsMet() throws {
        var seen: Set<String> = []
        var swaps = 0
        for seed in UInt64(1)...6 {
            let simulation = try Simulation(name: "coverage-\(seed)", seed: seed, days: 2)
            if let broken = simulation.run() { Issue.record(broken) }
            seen.formUnion(simulation.ledger.seen)
            swaps += simulation.swaps
        }
        #expect(swaps > 0)
        // Riders have readable cards only; a full outbox or disk is for the unlucky.
        let reasons = Set(Reason.allCases).subtracting([.unreadableCard, .outOfService])
        for reason in reasons {
            #expect(seen.contains { $0.hasSuffix("refused \(reason)") || $0.hasSuffix("accepted \(reason)") }, "\(reason)")
        }
        for kind in ["online accepted ok", "fallback accepted ok", "offline repeated ok", TapLedger.recoveredUnlit] {
            #expect(seen.contains(kind), "\(kind)")
        }
    }

    @Test("a seed reproduces its run")
    func reproducible() throws {
        let runs = try ["first", "second"].map { name in
            let simulation = try Simulation(name: "replay-\(name)", seed: 7, days: 1)
            _ = simulation.run()
            return [simulation.steps, simulation.ledger.lights, simulation.ledger.recordCount, simulation.cuts]
        }
        #expect(runs[0] == runs[1])
    }

    @Test("the evening's balance comes later than any upload that waited at the depot is tried again")
    func eveningIsLongEnough() throws {
        var depot: Instant?
        var evenings: [Duration] = []
        for entry in try Simulation(name: "evening", seed: 1, days: 2).plan {
            switch entry.happening {
            case .depot: depot = entry.due
            case .balance: evenings += depot.map { [entry.due - $0] } ?? []
            default: break
            }
        }
        #expect(evenings.count == 2)
        #expect(evenings.allSatisfy { $0 > Limits.unusablePause })
    }

    @Test("a deliberate fault breaks its promise", arguments: Sabotage.allCases)
    func faultIsSeen(sabotage: Sabotage) throws {
        // Chance may spare one bus, hardly four that the fault is meant for.
        var spared = 0
        for seed in UInt64(1)...100 where spared < 4 {
            let simulation = try Simulation(name: "\(sabotage)-\(seed)", seed: seed, days: Self.daysOfBus, sabotage: sabotage)
            guard simulation.canShow(sabotage) else { continue }
            guard let broken = simulation.run() else {
                spared += 1
                continue
            }
            #expect(sabotage.breaks.contains(broken.promise), "\(broken)")
            return
        }
        Issue.record("no check saw it")
    }

    @Test("a failing bus is shrunk to the few happenings that it takes, and these break the same promise again")
    func shrinks() throws {
        var shrinker = Shrinker(name: "shrink", seed: 1, days: Self.daysOfBus, sabotage: .forgetUsedTickets)
        let found = try shrinker.shrink()
        let least = try #require(found)
        // A single ride, a restart, and the same ride again.
        #expect(least.happenings.count <= 10, "\(least.words)")
        #expect(least.plannedCount > 1000)
        let keep = try #require(NumberRanges.numbers(least.keep))
        let again = try Simulation(
            name: "shrunk", seed: 1, days: Self.daysOfBus, sabotage: .forgetUsedTickets, keep: keep)
        #expect(again.run()?.promise == .singleRideOnce)
        let sound = try Simulation(name: "sound", seed: 1, days: Self.daysOfBus, keep: keep)
        #expect(sound.run() == nil)
    }

    @Test("numbers of happenings are written as ranges and read back")
    func ranges() {
        #expect(NumberRanges.text([1, 2, 3, 7, 9, 10]) == "1-3,7,9-10")
        #expect(NumberRanges.numbers("1-3,7,9-10") == [1, 2, 3, 7, 9, 10])
        #expect(NumberRanges.text([]) == "" && NumberRanges.numbers("") == [])
        #expect(NumberRanges.numbers("3-1") == nil && NumberRanges.numbers("1-2-3") == nil && NumberRanges.numbers("-") == nil)
    }
}
