import Base
import Foundation
import HubStore
import JSON
import PostgreSQLServer
import TestSupport
import Testing

@testable import HubDomain
@testable import validator_hub

@Suite("A hub on a PostgreSQL server", .serialized, .enabled(if: PostgreSQLServer.isInstalled, "board/setup.sh postgresql"))
struct DatabaseServerTests {
    private func records(_ configuration: HubConfiguration) async throws -> [TapRecord] {
        try await StoreLocation(configuration).open().records(after: nil, limit: 1000, deviceID: nil).map(\.record)
    }

    @Test("Boxes are served by two hubs as by one")
    func twoHubs() async throws {
        let url = try await PostgreSQLServer.shared.databaseURL()
        let (folder, otherFolder) = (TemporaryFolder(), TemporaryFolder())
        try await TestHub.run(in: folder, { $0.databaseURL = url }) { hub async throws in
            // Without the key of the first, a second one does not start.
            let failure = await #expect(throws: CommandFailure.self) {
                try await TestHub.run(in: otherFolder, { $0.databaseURL = url }) { _ async throws in }
            }
            #expect(failure?.exit == .configuration)
            try FileManager.default.copyItem(
                atPath: folder.path("pseudonyms.key"), toPath: otherFolder.path("pseudonyms.key"))
            try await TestHub.run(in: otherFolder, { $0.databaseURL = url }) { other async throws in
                #expect(try await hub.heartbeat(["lng": "121.5", "lat": "31.25"]).code == 0)
                #expect(try await other.heartbeat(["lng": "121.5", "lat": "31.25"]).code == 0)
                for hub in [hub, other] { #expect(try await hub.tap("card_check_log", "1", card: "AA").code == 0) }
                #expect(try await other.tap("card_check", "2", card: "AA", ["check_mode": 0]).code == 3003)
                let token = try await hub.token()
                let list = try await other.post(
                    "get_card_list", json: ["device_id": "VLD1", "token": .string(token), "type": 1])
                #expect(list.status == 200)
                #expect(try await hub.get("healthz").status == 200)
                let records = try await records(hub.configuration)
                #expect(records.map(\.requestID) == ["1", "2"])
                #expect(records.map(\.duplicates) == [1, 0])
                #expect(try !folder.files.contains("hub.db"))
            }
        }
    }

    @Test("Boxes are told to keep their records while the server is away, and served when it is back")
    func away() async throws {
        let server = try await PostgreSQLServer()
        let url = try await server.databaseURL()
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder, { $0.databaseURL = url }) { hub async throws in
            #expect(try await hub.tap("card_check_log", "1", card: "AA").code == 0)
            try await server.kill()
            for _ in 0..<3 {
                let reply = try await hub.tap("card_check_log", "2", card: "AA")
                #expect(reply.status == 503 && reply.code == 5001)
            }
            let health = try await hub.get("healthz")
            #expect(health.status == 503 && !health.text.contains("s3cret"))
            try await server.start()
            try await eventually("records are taken") { try await hub.tap("card_check_log", "2", card: "AA").code == 0 }
            #expect(try await records(hub.configuration).map(\.requestID) == ["1", "2"])
        }
    }

    @Test("A full disk of the server is told of, and records are taken when there is room", .enabled(if: SmallDisk.isAllowed))
    func fullDisk() async throws {
        let disk = try SmallDisk(mebibytes: 40)
        let server = try await PostgreSQLServer()
        let url = try await server.databaseURL(in: disk.path)
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder, { $0.databaseURL = url }) { hub async throws in
            #expect(try await hub.get("healthz").status == 200)
            disk.fill()
            // What room its files have left is used first.
            try await eventually("no room is left") { try await hub.get("healthz").status == 503 }
            #expect(try await hub.get("healthz").text.contains("free space"))
            try disk.empty()
            try await eventually("records are taken") { try await hub.tap("card_check_log", "1", card: "AA").code == 0 }
            #expect(try await hub.get("healthz").status == 200)
        }
        try await server.stop()
    }

    @Test("A dump that is made while records come in has every one that was answered before, and a hub goes on from it")
    func restore() async throws {
        let server = try await PostgreSQLServer.shared
        let url = try await server.databaseURL()
        let folder = TemporaryFolder()
        let answered = Ledger()
        var (before, dump, lost) = (Set<String>(), "", Int64(0))
        try await TestHub.run(in: folder, { $0.databaseURL = url }) { hub async throws in
            let store = try await StoreLocation(hub.configuration).open()
            _ = try await store.adopt([.init(id: 1, text: "k")], revokingFormer: false, at: Self.now)
            let loading = Task { await answered.load(hub) }
            try await eventually("records come in") { answered.requests.count > 100 }
            before = answered.requests
            dump = try await server.dump(url)
            loading.cancel()
            await loading.value
            // Versions of after the dump, which boxes may have seen.
            for _ in 0..<40 { lost = try await store.adopt([.init(id: 1, text: "k")], revokingFormer: false, at: Self.now) }
        }
        let restored = try await server.restore(dump)
        // As docs/hub.md says.
        try await server.administer(
            "UPDATE versions SET value = greatest(value, extract(epoch FROM now())::int8) + 86400 WHERE name = 'last'",
            database: server.databaseName(in: restored))
        try await TestHub.run(in: folder, { $0.databaseURL = restored }) { hub async throws in
            #expect(before.isSubset(of: Set(try await records(hub.configuration).map(\.requestID))))
            let store = try await StoreLocation(hub.configuration).open()
            #expect(try await store.adopt([.init(id: 1, text: "k")], revokingFormer: false, at: Self.now) > lost)
            #expect(try await hub.tap("card_check_log", "new", card: "AA").code == 0)
        }
        // Under another key nobody goes on.
        let other = TemporaryFolder()
        await #expect(throws: CommandFailure.self) {
            try await TestHub.run(in: other, { $0.databaseURL = restored }) { _ async throws in }
        }
    }

    private static var now: WallTime { WallTime(seconds: Int64(Date.now.timeIntervalSince1970)) }

    @Test("move-store copies a file into a server and back, and shows no password")
    func move() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            for number in 0..<50 { #expect(try await hub.tap("card_check_log", "\(number)", card: "AA").code == 0) }
            #expect(try await hub.heartbeat(["lng": "121.5", "lat": "31.25"]).code == 0)
        }
        let file = folder.configuration
        var server = file
        server.databaseURL = try await PostgreSQLServer.shared.databaseURL()
        #expect(!"\(StoreLocation(server))".contains("s3cret"))
        let copy = folder.path("copy.db")
        for (source, target) in [(file, server.databaseURL), (server, copy)] {
            let command = try MoveStore.parse(["--to", target])
            try await command.run(source, StoreLocation(source).open(), now: .init(seconds: 0))
        }
        let (first, last) = try await (StoreLocation(file).open(), StoreLocation(copy).open())
        for table in StoreTable.all {
            let rows = try await first.rows(of: table, after: nil, limit: 1000)
            #expect(try await last.rows(of: table, after: nil, limit: 1000) == rows)
        }
        // The target must be empty.
        await #expect(throws: HubStoreError.self) {
            try await MoveStore.parse(["--to", server.databaseURL]).run(file, StoreLocation(file).open(), now: .init(seconds: 0))
        }
    }

    @Test("A URL that is none is a mistake of the configuration, which does not show it")
    func malformed() async throws {
        let folder = TemporaryFolder()
        let path = try folder.write("hub.toml", "[database]\nurl = \"postgresql://hub:s3cret%ZZ@db/validator\"\n")
        let error = #expect(throws: (any Error).self) { try HubConfiguration.load(path: path) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("PostgreSQL"))
        #expect(!"\(error.map { "\($0)" } ?? "")".contains("s3cret"))
    }
}
