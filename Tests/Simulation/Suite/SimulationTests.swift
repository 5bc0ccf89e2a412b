import Fares
import Foundation
import Simulator
import Testing

@Suite("Whole boxes under seeded faults")
struct SimulationTests {
    /// A bus runs for so many days, so that what a night or a ticket's lifetime does is seen.
    private static let daysOfBus = 4

    /// `SIMULATION_SEED` runs that bus alone; `SIMULATION_DAYS` runs so many bus-days instead of a hundred.
    private static let seeds: ClosedRange<UInt64> = {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["SIMULATION_SEED"].flatMap(UInt64.init) { return seed...seed }
        let days = environment["SIMULATION_DAYS"].flatMap(Int.init) ?? 100
        return 1...UInt64(max(1, (days + daysOfBus - 1) / daysOfBus))
    }()

    @Test("every promise holds on every day of a bus", arguments: seeds)
    func everyPromiseHolds(seed: UInt64) throws {
        let simulation = try Simulation(name: "bus-\(seed)", seed: seed, days: Self.daysOfBus)
        if let broken = simulation.run() { Issue.record(broken) }
        #expect(simulation.ledger.lights > 100 * Self.daysOfBus, "hardly anybody rode: the simulation itself is at fault")
        #expect(simulation.cuts > Self.daysOfBus)
    }

    @Test("the riders of three buses see every light that there is, and cuts fall between a record and its light")
    func everythingIsMet() throws {
        var seen: Set<String> = []
        for seed in UInt64(1)...3 {
            let simulation = try Simulation(name: "coverage-\(seed)", seed: seed, days: 2)
            if let broken = simulation.run() { Issue.record(broken) }
            seen.formUnion(simulation.ledger.seen)
        }
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

    @Test("a deliberate fault breaks its promise", arguments: Sabotage.allCases)
    func faultIsSeen(sabotage: Sabotage) throws {
        // Chance may spare one bus, hardly three.
        for seed in UInt64(1)...3 {
            let simulation = try Simulation(name: "\(sabotage)-\(seed)", seed: seed, days: Self.daysOfBus, sabotage: sabotage)
            guard let broken = simulation.run() else { continue }
            #expect(sabotage.breaks.contains(broken.promise), "\(broken)")
            return
        }
        Issue.record("no check saw it")
    }
}
