import Base
import Fares
import HubDomain
import HubStore
import TestSupport
import Testing

@testable import HubServices
@testable import HubStoreSQLite
@testable import validator_hub

@Suite("Moving everything into another store")
struct StoreMoveTests {
    private let folder = TemporaryFolder()

    /// A database with something in it, and the configuration that names it.
    private func source() async throws -> (store: HubStoreSQLite, configuration: String) {
        let path = folder.path("hub.db")
        let store = try HubStoreSQLite(path: path)
        let import26 = CardImport(store, clock: { WallTime(seconds: 1_700_000_000) })
        try await import26.take(entries("AA", "-BB"), line: "26", isReplacing: false)
        #expect(try await DeviceRegister(store).add("VLD1", secret: [1], at: WallTime(seconds: 1)))
        try await store.transact(WantedFacts()) { facts in
            let key = ForwardKey(deviceID: "VLD1", call: .cardLog, requestID: "1")
            facts.keep(Forward(key, fields: [0, 255], received: WallTime(seconds: 2)))
        }
        try await store.setIdentity(of: "VLD1", to: "P1", at: WallTime(seconds: 3))
        try await store.keep([StoredDocument(name: "keys/E", body: [7], changed: WallTime(seconds: 4))])
        return (store, try folder.write("hub.toml", "[database]\npath = \"\(path)\"\n"))
    }

    private func contents(_ store: any HubStore) async throws -> [StoreMove.Content] {
        var contents: [StoreMove.Content] = []
        for table in StoreTable.all { contents.append(try await StoreMove.content(of: table, in: store)) }
        return contents
    }

    @Test("leaves the same in both, to which the hub can turn")
    func move() async throws {
        let (source, configuration) = try await source()
        let path = folder.path("new.db")
        #expect(await ValidatorHub.exitCode(of: ["move-store", "--to", path], configuration: configuration) == 0)
        let target = try HubStoreSQLite(path: path)
        #expect(try await contents(target) == contents(source))
        #expect(try await target.edition(of: .line("26")).version == 1_700_000_000)
        #expect(try await target.device("VLD1")?.secret == [1])
        #expect(try await target.forwardCounts() == ForwardCounts(waiting: 1))
        #expect(try await target.identities().map(\.upstreamID) == ["P1"])
    }

    @Test("is refused while a hub runs on either, which is told by its process")
    func running() async throws {
        let (_, configuration) = try await source()
        let path = folder.path("new.db")
        try await TestHub.run(in: folder) { _ async throws in
            #expect(await ValidatorHub.exitCode(of: ["move-store", "--to", path], configuration: configuration) == 69)
        }
        let other = TemporaryFolder()
        try await TestHub.run(in: other) { hub async throws in
            let target = hub.configuration.databasePath
            #expect(await ValidatorHub.exitCode(of: ["move-store", "--to", target], configuration: configuration) == 69)
        }
        // One that was killed on this machine holds nobody up.
        let process = try await HubProgram(in: folder)
        try await process.kill()
        let moved = folder.path("moved.db")
        #expect(await ValidatorHub.exitCode(of: ["move-store", "--to", moved], configuration: configuration) == 0)
    }

    @Test("is refused where the other one is not empty, and leaves both as they are")
    func refused() async throws {
        let (source, configuration) = try await source()
        let path = folder.path("new.db")
        _ = try await HubStoreSQLite(path: path).adopt([.init(id: 1, text: "k")], revokingFormer: false, at: WallTime(seconds: 9))
        let before = try await contents(source)
        #expect(await ValidatorHub.exitCode(of: ["move-store", "--to", path], configuration: configuration) == 69)
        #expect(try await contents(source) == before)
        #expect(try await HubStoreSQLite(path: path).devices(after: nil, limit: 1).isEmpty)
    }
}
