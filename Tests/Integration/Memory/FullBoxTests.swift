import Foundation
import JSON
import TestSupport
import Testing

/// What `MemoryBudgetTests` adds up, done to a real daemon.
@Suite("A box that is full of everything at once", .timeLimit(.minutes(20)))
struct FullBoxTests {
    private static let token = "a-token-of-twenty-bytes"

    /// The unit's `MemoryMax`, in bytes.
    private static func memoryLimit() throws -> Int {
        let root = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }
        let unit = try String(contentsOfFile: root + "/board/systemd/validator.service", encoding: .utf8)
        return try #require(unit.firstMatch(of: /MemoryMax=([0-9]+)M/).flatMap { Int($0.1) }) << 20
    }

    @Test(
        "lives within the unit's MemoryMax, and decides taps",
        .enabled(if: MemoryGroup.isPossible, "nobody may limit memory here: be root, where control groups have it"))
    func full() async throws {
        let group = try MemoryGroup(limit: try Self.memoryLimit())
        let folder = TemporaryFolder()
        let crowd = try await Crowd(in: folder.url)
        let tokens = try folder.write("tokens", "\(Self.token)\n")
        var options = LiveBox.Options()
        options.outbox = "concurrency = 16"
        options.reader = """
            [[reader]]
            id = "reader1"
            device = "\(folder.path)/tags"
            protocol = "ascii-line"
            role = "observe"
            read_event_timeout_ms = 3600000

            """
        // Readers that are not there, whose names make the longest answers.
        options.reader += (1...20).map {
            "[[reader]]\nid = \"\(String(repeating: "r", count: 60))\($0 + 1000)\"\ndevice = \"/nonexistent/\($0)\"\n"
        }.joined()
        options.management = """
            read_events_listen = "127.0.0.1:0"
            read_events_tokens_file = "\(tokens)"
            read_events_cert = "\(folder.path)/crowd.pem"
            read_events_key = "\(folder.path)/crowd.key"
            """
        // As many used tickets as are remembered, and an outbox with room for nothing but accepted rides (200,000 records by default).
        try StoredBacklog(
            taps: 100_000, pending: [.log], positions: 100_000, over: .seconds(86400), usedTickets: 100_000
        ).store(in: folder.url)
        try StoredBacklog(taps: 42_000, positions: 0, over: .seconds(86400)).store(in: folder.url)
        try await LiveBox.run(baseURL: crowd.baseURL, in: folder, options) { box in
            try await box.play(
                """
                start validatord \(try group.entrance(in: box.folder)) ${BIN}/validatord --config ${DIR}/validatord.toml
                """)
            let process = try String(contentsOf: box.folder.appending(path: "validatord.pid"), encoding: .utf8)
            try await eventually("the largest list is in force", within: .seconds(600)) {
                (try? box.status())?["lists"]?["cards"]?["count"]?.int ?? 0 > 1_500_000
            }
            let port = try #require(box.log.firstMatch(of: /read events: listening on wss:\S+?:([0-9]+)\//).map { String($0.1) })

            // As many visits as are followed at once, and one more.
            try await crowd.order("tags 20001")
            try await eventually("the tags are read", within: .seconds(600)) {
                let readers = (try? box.status())?["readers"]?.array ?? []
                return readers.first { $0["id"] == "reader1" }?["reads"]?.int ?? 0 > 20_000
            }
            // Junk codes, each another one: more than the repeat guard remembers, and what is kept of taps and log lines.
            let junk = (0..<1100).map { "scan scanner0 \(String(repeating: "x", count: 500))\($0) red" }
            try await box.play(junk.joined(separator: "\n"))
            try await crowd.order("technicians \(box.folder.path)/control.sock")
            try await crowd.order("grow")
            try await crowd.order("strangers \(port)")
            // Last, since they do not answer the box's pings.
            try await crowd.order("subscribers \(port) \(Self.token)")

            try await box.play(
                """
                tap reader0 \(LiveBox.goodCard) green
                tap reader0 \(LiveBox.blockedCard) red
                tap reader0 \(LiveBox.unknownCard) red
                """)
            let count = try await crowd.order("count")
            print("full: \(count.text), own memory \(group.ownBytes >> 20) MiB")
            // At the bound of all queues together the first is sent away.
            #expect(count["subscribers"]?.int ?? 0 > 32 && count["technicians"] == 15)
            #expect(count["uploads"]?.int ?? 0 >= 16)
            #expect(group.kills == 0)
            #expect(try String(contentsOf: box.folder.appending(path: "validatord.pid"), encoding: .utf8) == process)
        }
    }
}
