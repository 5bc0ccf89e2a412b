import Base
import FaultProxy
import Foundation
import JSON
import OperatingSystem
import Synchronization
import TestSupport
import Testing

@Suite("Draining what was recorded without network", .timeLimit(.minutes(10)))
struct DrainTests {
    /// A round trip of 100 ms.
    private static let link = LinkFaults.latency(.milliseconds(50))

    @Test("hundreds of records and positions drain over a slow link, and a live tap overtakes them")
    func liveTapOvertakes() async throws {
        let platform = try ScriptedPlatform()
        let proxy = try FaultProxy(to: platform.port, faults: Self.link)
        let backlog = StoredBacklog(taps: 300, positions: 200, over: .seconds(3000))
        try await LiveBox.run(baseURL: "http://127.0.0.1:\(proxy.port)/hw") { box in
            try backlog.store(in: box.folder)
            try await box.startWithLists()
            _ = try await eventually("the backlog is draining") { platform.requests("card_check_log").count > 10 }
            try await box.play("tap reader0 \(LiveBox.goodCard) green")
            try await box.untilDelivered()
            try await box.until("no position waits") { $0["outbox"]?["positions"]?.int == 0 }

            let uploads = platform.requests("card_check", "card_check_log")
            let live = uploads.indices.filter { uploads[$0].fields["card_id"] == LiveBox.goodCard }
            #expect(live.count == 2)
            #expect(uploads.count - 1 - (live.last ?? 0) > 100, "live uploads were \(live) of \(uploads.count)")
            let others = uploads.filter { $0.fields["card_id"] != LiveBox.goodCard }
            #expect(others.map(\.requestID).sorted() == backlog.requestIDs.sorted())
            let times = Set(platform.requests("location_report").map(\.requestID))
            #expect(times.isSuperset(of: backlog.positions.map(\.requestID.description)))
        }
    }

    /// A measurement, which takes two minutes: `DRAIN_DAY=1 swift test --filter DrainTests`.
    @Test(
        "a day's records and positions drain within 2 minutes, and no live tap's uploads wait for more than a second",
        .enabled(if: ProcessInfo.processInfo.environment["DRAIN_DAY"] != nil))
    func wholeDay() async throws {
        let riders = ["04A2B3D0", "04A2B3D1", "04A2B3D2", "04A2B3D3"]
        let live = Mutex<[Instant]>([])
        let platform = try ScriptedPlatform()
        platform.change { script in
            script.cards.cards = Dictionary(uniqueKeysWithValues: riders.map { ($0, 1) })
            script.overrides["card_check_log"] = { request, _ in
                if riders.contains(request.fields["card_id"] ?? "") { live.withLock { $0.append(request.at) } }
                return nil
            }
        }
        let proxy = try FaultProxy(to: platform.port, faults: Self.link)
        // What the box keeps of 17,280 positions: an hour's whole, then one each 30 s.
        let backlog = StoredBacklog(taps: 5000, positions: 720 + 23 * 120, over: .seconds(86_400))
        try await LiveBox.run(baseURL: "http://127.0.0.1:\(proxy.port)/hw") { box in
            try backlog.store(in: box.folder)
            try await box.startWithLists()
            var tapped: [Instant] = []
            func isDraining() throws -> Bool {
                let outbox = try box.status()["outbox"]
                return outbox?["records"]?.int != 0 || outbox?["positions"]?.int != 0
            }
            while try isDraining() {
                let rider = riders[tapped.count % riders.count]
                tapped.append(Clocks.now().instant)
                try await box.play("tap reader0 \(rider) green\nwait 1s")
                _ = try await eventually("the live tap's log arrives") { live.withLock { $0.count } == tapped.count }
            }
            let delay = try #require(zip(live.withLock { $0 }, tapped).map { $0 - $1 }.max())
            let uploads = platform.requests("location_report", "card_check", "card_check_log")
            let drained = try #require(uploads.last).at - (try #require(uploads.first)).at
            print("drained \(uploads.count) uploads in \(drained); a live tap's log arrived within \(delay) of the tap")
            #expect(drained < .seconds(120))
            #expect(delay < .seconds(1))
            #expect(Set(uploads.map(\.requestID)).isSuperset(of: backlog.requestIDs))
        }
    }
}
