import Base
import Fares
import Foundation
import TestSupport
import Testing

@testable import validator_rig

@MainActor
@Suite("A fleet on the wire", .timeLimit(.minutes(10)))
struct FleetTests {
    private func fleet(_ urls: [String], _ change: (inout FleetPlan) -> Void = { _ in }) throws -> Fleet {
        var plan = FleetPlan()
        plan.boxes = 20
        plan.heartbeatPeriod = .seconds(1)
        (plan.tapsPerSecond, plan.checksPerSecond) = (60, 20)
        plan.length = .seconds(2)
        // A busy machine may need it.
        (plan.drain, plan.patience, plan.riderPatience) = (.seconds(300), .seconds(300), .seconds(300))
        plan.connections = 8
        change(&plan)
        let boxes = (0..<plan.boxes).map { FleetBox(deviceID: "F\($0)", secret: "secret", hub: $0 % urls.count) }
        let cards = try #require(CardNumber("04A1B2C3"))
        return try Fleet(plan, boxes: boxes, urls: urls, applicationID: "", cards: [cards], seed: TestSeed.ofThisRun)
    }

    private func verification(_ fleet: Fleet, _ hub: LossyHub) -> LedgerVerification {
        var verification = LedgerVerification(fleet.ledger)
        for record in hub.records { _ = verification.add(record) }
        verification.finish()
        return verification
    }

    @Test("every tap is a booking and a log, every box has its heartbeats, and all is booked")
    func calls() async throws {
        let hub = try LossyHub(.none)
        defer { hub.stop() }
        let fleet = try fleet([hub.url])
        await fleet.run()
        let report = fleet.report
        let calls = hub.calls
        #expect(report.kinds[.heartbeat]?.latency.count == calls.count { $0 == "location_report" })
        #expect(report.kinds[.booking]?.latency.count == report.kinds[.log]?.latency.count)
        #expect(report.kinds[.heartbeat]?.latency.count ?? 0 >= 20)
        let records = fleet.ledger.records
        #expect(records.count == calls.count { $0 != "location_report" })
        #expect(records.allSatisfy { $0.answered == 0 && $0.sent == 1 })
        #expect(Set(records.map(\.requestID)).count == records.count)
        #expect(verification(fleet, hub).isFaultless)
    }

    @Test("a record whose answer was lost is sent again under its req_id, until there is one")
    func lostReplies() async throws {
        let hub = try LossyHub(.losesReplies)
        defer { hub.stop() }
        let fleet = try fleet([hub.url])
        await fleet.run()
        #expect(fleet.ledger.openCount == 0)
        #expect(verification(fleet, hub).isFaultless)
        #expect(fleet.report.outages.count > 0 && fleet.report.unservedBoxes == 0)
    }

    @Test("a hub that cannot store just now is asked again")
    func unavailable() async throws {
        let hub = try LossyHub(.unavailable)
        defer { hub.stop() }
        let fleet = try fleet([hub.url])
        await fleet.run()
        #expect(fleet.ledger.openCount == 0)
        #expect(fleet.report.kinds[.booking]?.failures["HTTP status 503"] ?? 0 > 0)
        #expect(fleet.report.kinds[.booking]?.retries ?? 0 > 0)
        #expect(verification(fleet, hub).isFaultless)
    }

    @Test("a hub that stores what comes again a second time is found out")
    func repeats() async throws {
        let hub = try LossyHub(.storesRepeats)
        defer { hub.stop() }
        let fleet = try fleet([hub.url]) { $0.checksPerSecond = 0 }
        await fleet.run()
        #expect(Set(verification(fleet, hub).faults.keys) == [.double])
    }

    @Test("a hub that answers and does not store is found out")
    func losses() async throws {
        let hub = try LossyHub(.forgets)
        defer { hub.stop() }
        let fleet = try fleet([hub.url])
        await fleet.run()
        #expect(Set(verification(fleet, hub).faults.keys) == [.lost])
    }

    @Test("a box that one hub does not answer turns to the other")
    func otherHub() async throws {
        let gone = try LossyHub(.none)
        gone.stop()
        let hub = try LossyHub(.none)
        defer { hub.stop() }
        let fleet = try fleet([gone.url, hub.url]) { $0.checksPerSecond = 0 }
        await fleet.run()
        #expect(fleet.ledger.openCount == 0)
        #expect(fleet.report.unservedBoxes == 0)
        #expect(verification(fleet, hub).isFaultless)
    }

    @Test("a flood keeps its connections busy, and its books too", arguments: FleetPlan.Flood.allCases)
    func flood(_ kind: FleetPlan.Flood) async throws {
        let hub = try LossyHub(.none)
        defer { hub.stop() }
        let fleet = try fleet([hub.url]) {
            $0.flood = kind
            $0.length = .milliseconds(300)
        }
        await fleet.run()
        #expect(hub.calls.count >= 8)
        #expect(fleet.ledger.openCount == 0)
        #expect(verification(fleet, hub).isFaultless)
    }

    @Test("what the real hub has is what the fleet's books say, lists included")
    func realHub() async throws {
        let folder = TemporaryFolder()
        let hub = try HubProcess(in: folder)
        let process = try await hub.start()
        defer { process.terminate() }
        let fleet = try fleet([hub.url]) {
            $0.refreshesPerSecond = 5
            $0.followsLists = true
        }
        await fleet.run()
        #expect(fleet.ledger.openCount == 0)
        #expect(try FleetFiles.verify(fleet.ledger, against: await hub.records()).isFaultless)
        #expect(fleet.report.kinds[.list]?.latency.count ?? 0 > 0)
        #expect(fleet.report.kinds[.list]?.refused == [:])
    }

    @Test("the books say when each box was told of a list and had it, and are read again as they were written")
    func deliveries() async throws {
        let folder = TemporaryFolder()
        let hub = try HubProcess(in: folder)
        try await hub.importCards((10_000..<30_000).map { "04\($0),1\n" }.joined())
        let process = try await hub.start()
        defer { process.terminate() }
        let fleet = try fleet([hub.url]) {
            ($0.tapsPerSecond, $0.checksPerSecond) = (0, 0)
            $0.followsLists = true
        }
        await fleet.run()
        let deliveries = fleet.ledger.deliveries
        #expect(Set(deliveries.map(\.device)).count == 20 && deliveries.count == 20)
        #expect(deliveries.allSatisfy { $0.fetched == $0.told && $0.told != "0" })
        #expect(fleet.report.kinds[.list]?.latency.count == 20 && fleet.report.listBytes > 20 * 10_000)
        var read = FleetLedger()
        #expect(deliveries.allSatisfy { read.add(line: $0.line.dropLast()) })
        #expect(read.deliveries == deliveries && read.records.isEmpty)
    }

    @Test("a hub that is killed and comes back has lost nothing that it answered, and has nothing twice")
    func killedHub() async throws {
        let folder = TemporaryFolder()
        let hub = try HubProcess(in: folder)
        let first = try await hub.start()
        let fleet = try fleet([hub.url]) { $0.length = .seconds(4) }
        async let run: Void = fleet.run()
        try await eventually("some taps are booked") { fleet.report.kinds[.booking]?.latency.count ?? 0 > 20 }
        kill(first.processIdentifier, SIGKILL)
        try await eventually("the fleet notices") { fleet.report.kinds.values.contains { !$0.failures.isEmpty } }
        let second = try await hub.start()
        defer { second.terminate() }
        await run
        #expect(fleet.ledger.openCount == 0)
        #expect(fleet.report.outages.count > 0)
        #expect(try FleetFiles.verify(fleet.ledger, against: await hub.records()).isFaultless)
    }

    @Test("the program writes its ledger, and verifies it by its exit code")
    func program() async throws {
        let folder = TemporaryFolder()
        let hub = try HubProcess(in: folder)
        let process = try await hub.start()
        defer { process.terminate() }
        let (ledger, output) = (folder.path("ledger.jsonl"), folder.path("output"))
        let play = [
            "fleet", "--url", hub.url, "--boxes", "10", "--taps-per-s", "30", "--seconds", "2", "--drain-s", "300", "--ledger",
            ledger,
        ]
        #expect(try await hub.run("validator-rig", play, output: output) == 0)
        let records = try await hub.records()
        let verify = ["fleet", "--verify", ledger, "--records", records]
        #expect(try await hub.run("validator-rig", verify, output: output) == 0)
        // Without its first record it is a hub that lost one.
        let rows = try String(contentsOfFile: records, encoding: .utf8).split(separator: "\n")
        try folder.write("records.json", rows.dropFirst().joined(separator: "\n"))
        #expect(try await hub.run("validator-rig", verify, output: output) == 1)
        #expect(try String(contentsOfFile: output, encoding: .utf8).contains("1 lost"))
        #expect(
            try await hub.run("validator-rig", ["fleet", "--verify", output, "--records", records], output: folder.path("x"))
                == 65)
    }
}
