import FaultProxy
import Foundation
import JSON
import Testing

@Suite("Killed while uploading", .timeLimit(.minutes(10)))
struct LinkKillTests {
    @Test("kill -9 during an upload whose replies get lost: the hub has each record once, and recognised the repeated ones")
    func killedWhileReplyIsLost() async throws {
        let bus = try await Bus()
        var faults = LinkFaults.latency(.milliseconds(5))
        faults.lostReplies = 0.08
        let proxy = try FaultProxy(to: bus.hubPort, seed: 11, faults: faults)
        let backlog = StoredBacklog(taps: 80, positions: 10, over: .seconds(3600))
        try await LiveBox.run(baseURL: "http://127.0.0.1:\(proxy.port)/api", in: bus.home) { box in
            try backlog.store(in: bus.folder)
            try await box.play("start hub ${BIN}/validator-hub --config ${DIR}/hub.toml")
            try await box.start()
            for remaining in [120, 80, 40] {
                try await box.until("fewer than \(remaining) records wait") {
                    ($0["outbox"]?["records"]?.int ?? .max) < remaining && ($0["lists"]?["cards"]?["count"]?.int ?? 0) > 0
                }
                try await box.play("tap reader0 \(Bus.goodCard) green")
                try await box.restart()
            }
            proxy.set(LinkFaults())
            try await box.untilDelivered()

            let listing = try await Programs.run(
                "validator-hub", ["records", "--json", "--config", bus.path("hub.toml")],
                log: bus.folder.appending(path: "records.log"))
            let records = try #require(try JSONValue(parsing: Array(listing.output.utf8), maximumBytes: 1 << 24).array)
            let old = records.filter { $0["subject"]?.string != Bus.goodCard }
            #expect(old.compactMap { $0["req_id"]?.string }.sorted() == backlog.requestIDs.sorted())
            // A tap that follows the one before the kill too soon is its repetition.
            let live = box.log.split(separator: "\n").count { $0.contains("outcome=accepted") }
            #expect(live > 0 && records.count - old.count == 2 * live)
            #expect(records.reduce(0) { $0 + ($1["duplicates"]?.int ?? 0) } > 0)
        }
    }
}
