import Base
import Foundation
import HubDomain
import HubStore
import TestSupport
import Testing

@testable import HubStoreSQLite
@testable import validator_hub

@Suite("A backup")
struct BackupTests {
    private func lastVersion(_ path: String) throws -> Int64 {
        let connection = try Connection(path: path)
        return try #require(try connection.integer("SELECT value FROM versions WHERE name = 'last'"))
    }

    /// Records from before, so that a copy takes several slices.
    private func fill(_ path: String) throws {
        let database = try HubDatabase(path: path)
        try database.transaction {
            for number in 0..<20_000 {
                try database.records.insert(
                    TapRecord(
                        deviceID: "OLD", call: .cardLog, requestID: "\(number)", subject: "00065537", status: 0, checkMode: nil,
                        reason: nil, time: WallTime(seconds: 1_700_000_000), position: nil,
                        received: WallTime(seconds: 1_700_000_000)))
            }
        }
    }

    /// Copies the backup to where the database was, of which nothing stays: as docs/hub.md says.
    private func restore(_ backup: String, in folder: TemporaryFolder) throws {
        for file in try folder.files where file.hasPrefix("hub.db") {
            try FileManager.default.moveItem(atPath: folder.path(file), toPath: folder.path("lost." + file))
        }
        try FileManager.default.copyItem(atPath: backup, toPath: folder.path("hub.db"))
    }

    @Test(
        "made under load has every record that was answered before it began, and a killed hub goes on from it",
        .timeLimit(.minutes(5)))
    func underLoad() async throws {
        let folder = TemporaryFolder()
        let (path, backup) = (folder.path("hub.db"), folder.path("backup.db"))
        try fill(path)
        let program = try await HubProgram(in: folder)
        let hub = program.hub
        let answered = Ledger()
        let loading = Task { await answered.load(hub) }
        try await eventually("records come in") { answered.requests.count > 200 }
        let before = answered.requests
        let made = try await HubProgram.run(in: folder, "backup", backup)
        #expect(made.code == 0, "\(made.text)")
        #expect(answered.requests.count > before.count, "riders were served meanwhile")

        // Each takes a version, so many that they run ahead of the clock; the backup knows none of them.
        let database = try HubDatabase(path: path)
        for line in 0..<40 { try database.adopt(entries("AA"), line: "\(line)") }
        let lostVersion = try lastVersion(path)
        try await program.kill()
        loading.cancel()
        await loading.value

        try restore(backup, in: folder)
        let restored = try await HubProgram(in: folder)
        let kept = Set(try restored.hub.records().filter { $0.deviceID == "VLD1" }.map(\.requestID))
        #expect(before.isSubset(of: kept), "\(before.subtracting(kept).count) are missing")
        let verdict = try Connection(path: path).first("PRAGMA integrity_check") { $0.text(0) }
        #expect(verdict == "ok")
        // A box that never saw an answer sends again, and is known.
        let again = try #require(before.first)
        #expect(try await restored.hub.tap("card_check_log", again, card: "AA").code == 0)
        #expect(try restored.hub.records().count { $0.requestID == again && $0.deviceID == "VLD1" } == 1)
        // No version that a box has seen comes again for something else.
        try HubDatabase(path: path).adopt(entries("BB"), line: "new")
        #expect(try lastVersion(path) > lostVersion)
        try await restored.kill()
    }

    @Test("is one file that only its owner may read, in order, and the database's own")
    func file() async throws {
        let folder = TemporaryFolder()
        try fill(folder.path("hub.db"))
        let database = try HubDatabase(path: folder.path("hub.db"))
        try database.adopt(entries("AA"))
        let made = try await HubProgram.run(in: folder, "backup", folder.path("backup.db"))
        #expect(made.code == 0 && made.text.contains(folder.path("hub.toml")), "\(made.text)")
        #expect(try folder.files.filter { $0.hasPrefix("backup") } == ["backup.db"])
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path("backup.db"))[.posixPermissions] as? Int
        #expect(mode == 0o600)
        // The database itself is not taken for a copy: its versions go on as before.
        let version = try lastVersion(folder.path("hub.db"))
        _ = try HubStoreSQLite(path: folder.path("hub.db"))
        #expect(try lastVersion(folder.path("hub.db")) == version)
        _ = try HubStoreSQLite(path: folder.path("backup.db"))
        #expect(try lastVersion(folder.path("backup.db")) > version)
    }

    @Test("replaces no file, and is not made of nothing, nor of a server")
    func refused() async throws {
        let folder = TemporaryFolder()
        let configuration = try HubProgram.configuration(in: folder)
        func run(_ arguments: String..., with path: String? = nil) async -> Int32 {
            await ValidatorHub.exitCode(of: ["backup"] + arguments, configuration: path ?? configuration)
        }
        #expect(await run(folder.path("new.db")) == 66)
        _ = try HubStoreSQLite(path: folder.path("hub.db"))
        let there = try folder.write("there", "precious")
        #expect(await run(there) == 73)
        #expect(try String(contentsOfFile: there, encoding: .utf8) == "precious")
        #expect(await run(folder.path("none/new.db")) == 73)
        #expect(await run() == 64)
        let server = try folder.write("server.toml", "[database]\nurl = \"postgresql://hub@127.0.0.1:1/validator\"\n")
        #expect(await run(folder.path("new.db"), with: server) == 64)
        try folder.write("hub.db", "no database, but long enough to be taken for one by its size alone")
        #expect(await run(folder.path("new.db")) == 65)
        #expect(try folder.files.allSatisfy { !$0.hasPrefix("new.db") })
    }

    @Test("of what is beside the database has the configuration, what it names, and the keys")
    func keys() async throws {
        let folder = TemporaryFolder()
        let secret = try folder.write("tickets.secret", "s\n")
        let configuration = try folder.write(
            "hub.toml", "[database]\npath = \"\(folder.path("hub.db"))\"\n[tickets]\nsecret_file = \"\(secret)\"\n")
        _ = try HubStoreSQLite(path: folder.path("hub.db"))
        let key = try OwnKey.pseudonyms.load(besideDatabase: folder.path("hub.db"))
        #expect(await ValidatorHub.exitCode(of: ["backup", "--keys", folder.path("keys")], configuration: configuration) == 0)
        let copies = try FileManager.default.contentsOfDirectory(atPath: folder.path("keys")).sorted()
        #expect(copies == ["hub.toml", "pseudonyms.key", "tickets.secret"])
        #expect(try Array(Data(contentsOf: URL(filePath: folder.path("keys/pseudonyms.key")))) == key)
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path("keys"))[.posixPermissions] as? Int
        #expect(mode == 0o700)
        #expect(await ValidatorHub.exitCode(of: ["backup", "--keys", folder.path("keys")], configuration: configuration) == 73)
    }
}
