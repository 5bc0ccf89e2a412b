import Base
import Fares
import Foundation
import HubDomain
import HubStore
import HubStoreContract
import TestSupport
import Testing

@testable import HubStoreSQLite

@Suite("A store in a file of SQLite's")
struct HubStoreSQLiteTests {
    private let folder = TemporaryFolder()
    private var path: String { folder.path("hub.db") }
    private let now = WallTime(seconds: 1_785_729_600)

    @Test("keeps the contract", arguments: StoreClause.all)
    func contract(_ clause: StoreClause) async throws {
        try await clause.check(HubStoreSQLite(path: path))
    }

    @Test("nobody but its owner may read the file, nor those that SQLite makes beside it")
    func mode() async throws {
        let path = folder.path("new/hub.db")
        let store = try HubStoreSQLite(path: path)
        try await store.transact(WantedFacts()) { $0.register(Device(id: "VLD1", registered: WallTime(seconds: 0))) }
        for (file, mode) in [(path, 0o600), (path + "-wal", 0o600), (path + "-shm", 0o600), (folder.path("new"), 0o700)] {
            #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == mode, "\(file)")
        }
    }

    @Test(
        "nothing more is taken once its file has gone from its place", arguments: ["deleted", "moved", "replaced", "link turned"])
    func goneFile(way: String) async throws {
        let files = FileManager.default
        let place = way == "link turned" ? folder.path("link.db") : path
        if place != path { try files.createSymbolicLink(atPath: place, withDestinationPath: path) }
        let store = try HubStoreSQLite(path: place)
        func register(_ id: String) async throws {
            try await store.transact(WantedFacts()) { $0.register(Device(id: id, registered: WallTime(seconds: 0))) }
        }
        try await register("VLD1")
        switch way {
        case "deleted": try files.removeItem(atPath: path)
        case "moved": try files.moveItem(atPath: path, toPath: path + ".old")
        case "replaced":
            _ = try HubStoreSQLite(path: folder.path("other.db"))
            try files.removeItem(atPath: path)
            try files.moveItem(atPath: folder.path("other.db"), toPath: path)
        default:
            try files.removeItem(atPath: place)
            try files.createSymbolicLink(atPath: place, withDestinationPath: folder.path("nowhere.db"))
        }
        for id in ["VLD2", "VLD3"] {
            let error = await #expect(throws: HubStoreError.self) { try await register(id) }
            #expect(error?.kind == .damaged && error?.description.contains("put the file back") == true)
        }
    }

    @Test("a database of a later release is refused")
    func laterRelease() throws {
        try Connection(path: path).execute("PRAGMA user_version = 99")
        #expect { try HubStoreSQLite(path: path) } throws: { ($0 as? HubStoreError)?.kind == .newerSchema }
    }

    @Test("what a forgotten reader let the log grow to is given back when it has gone")
    func forgottenReader() async throws {
        let store = try HubStoreSQLite(path: path)
        func logBytes() throws -> Int64 {
            let attributes = try FileManager.default.attributesOfItem(atPath: path + "-wal")
            return try #require(attributes[.size] as? Int64)
        }
        func write(_ number: Int) async throws {
            let token = NamedToken(
                "\(number)" + String(repeating: "t", count: 1 << 20),
                AccessToken(deviceID: "\(number)", expires: WallTime(seconds: 1)))
            try await store.transact(WantedFacts()) { $0.add(token) }
        }
        let reader = try Connection(path: path)
        try reader.execute("BEGIN; SELECT count(*) FROM records")
        for number in 0..<12 { try await write(number) }
        #expect(try logBytes() > HubStoreSQLite.keptLogBytes)
        try reader.execute("ROLLBACK")
        for number in 12..<15 { try await write(number) }
        #expect(try logBytes() <= HubStoreSQLite.keptLogBytes)
    }

    @Test("a program that writes slice after slice lets another one write in between")
    func twoPrograms() async throws {
        let (first, second) = (try HubStoreSQLite(path: path), try HubStoreSQLite(path: path))
        let generation = try await first.beginGeneration(of: .cards, isReplacing: true, at: now)
        async let importing: Void = {
            for slice in 0..<20 {
                let cards = (0..<500).compactMap { CardNumber("\(slice * 500 + $0)") }
                _ = try await first.append(
                    cards.map { CardListEntry(card: $0, isListed: true) }, to: generation, at: now)
            }
        }()
        for number in 0..<20 {
            try await second.transact(WantedFacts()) { $0.register(Device(id: "\(number)", registered: now)) }
        }
        try await importing
        #expect(try await first.adopt(generation: generation, at: now) != nil)
        #expect(try await first.devices(after: nil, limit: 100).count == 20)
    }
}
