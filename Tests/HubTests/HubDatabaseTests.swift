import Base
import Foundation
import TestSupport
import Testing

@testable import HubDomain
@testable import HubServices
@testable import validator_hub

struct HubDatabaseTests {
    private struct Failure: Error {}

    @Test("nobody but its owner may read the file, nor those that SQLite makes beside it")
    func mode() throws {
        let folder = TemporaryFolder()
        let path = "\(folder.path)/hub.db"
        let database = try HubDatabase(path: path)
        try database.transaction { _ = try database.devices.insert("VLD1", at: WallTime(seconds: 0)) }
        for file in [path, path + "-wal", path + "-shm"] {
            #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600, "\(file)")
        }
    }

    @Test("a piece of work that fails leaves nothing behind, and what shares its commit is kept")
    func failingPart() async throws {
        let folder = TemporaryFolder()
        let path = folder.configuration.databasePath
        let commits = try GroupCommit(path: path)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    try? await commits.run { database in
                        _ = try database.devices.insert("\(number)", at: WallTime(seconds: 1))
                        if number % 2 == 1 { throw Failure() }
                    }
                }
            }
        }
        #expect(try HubDatabase(path: path).devices.count() == 25)
    }

    @Test("versions go up with the clock, and by one when it stands still or goes back")
    func versions() throws {
        let folder = TemporaryFolder()
        let connection = try Connection(path: folder.configuration.databasePath)
        try connection.execute(Schema.statements)
        let sequence = VersionSequence(connection: connection)
        #expect(try sequence.next(at: WallTime(seconds: 1000)) == 1000)
        #expect(try sequence.next(at: WallTime(seconds: 1000)) == 1001)
        #expect(try sequence.next(at: WallTime(seconds: 5)) == 1002)
        #expect(try sequence.next(at: WallTime(seconds: 2000)) == 2000)
    }

    @Test("a database of the first release keeps its records, and takes others under their req_ids")
    func firstRelease() throws {
        let folder = TemporaryFolder()
        let path = folder.configuration.databasePath
        try Connection(path: path).execute(
            """
            CREATE TABLE devices (
                device_id TEXT PRIMARY KEY, registered_at INTEGER NOT NULL,
                check_mode TEXT, check_card_mode TEXT, qrcode_mode TEXT, card_mode TEXT, white_mode TEXT, is_line_white TEXT,
                window TEXT, line TEXT, enterprise_id TEXT,
                last_heartbeat_at INTEGER, reported_time INTEGER, software_ver INTEGER, cards_version TEXT, increment_version TEXT,
                line_version TEXT, keys_version TEXT, lng REAL, lat REAL, course REAL, speed REAL
            ) WITHOUT ROWID;
            INSERT INTO devices (device_id, registered_at, line) VALUES ('V', 1000, '26');
            CREATE TABLE records (
                id INTEGER PRIMARY KEY, device_id TEXT NOT NULL, call TEXT NOT NULL, req_id TEXT NOT NULL,
                subject TEXT NOT NULL, status INTEGER NOT NULL, check_mode INTEGER, reason TEXT, time INTEGER NOT NULL,
                lng REAL, lat REAL, received_at INTEGER NOT NULL, duplicates INTEGER NOT NULL DEFAULT 0,
                UNIQUE (device_id, call, req_id)
            );
            CREATE TABLE positions (
                id INTEGER PRIMARY KEY, device_id TEXT NOT NULL, req_id TEXT NOT NULL, time INTEGER NOT NULL,
                lng REAL NOT NULL, lat REAL NOT NULL, course REAL, speed REAL, received_at INTEGER NOT NULL,
                duplicates INTEGER NOT NULL DEFAULT 0, UNIQUE (device_id, req_id)
            );
            INSERT INTO records VALUES (7, 'V', 'card_check_log', '1', 'AA', 2, NULL, NULL, 1000, 121.4, 31.2, 1000500, 3);
            INSERT INTO positions VALUES (9, 'V', '1', 1000, 121.4, 31.2, NULL, NULL, 1000500, 0);
            PRAGMA user_version = 1
            """)
        let database = try HubDatabase(path: path)
        func records() throws -> [TapRecord] {
            var records: [TapRecord] = []
            try database.records.forEach(deviceID: nil) { records.append($0) }
            return records
        }
        var record = try #require(try records().first)
        #expect(record.subject == "AA" && record.duplicates == 3 && record.time == WallTime(seconds: 1000))
        #expect(try database.records.find(record, pseudonym: nil)?.row == 7)
        record.time = WallTime(seconds: 90_000)
        #expect(try database.records.find(record, pseudonym: nil) == nil)
        try database.records.insert(record)
        #expect(try records().map(\.time.seconds) == [1000, 90_000])
        // Its devices have no secret of their own yet.
        #expect(try database.devices.find("V")?.secret == nil && database.devices.find("V")?.line == "26")
        try database.devices.setSecret([1, 2], of: "V")
        // Opened once more, it is as it is.
        #expect(try HubDatabase(path: path).devices.find("V")?.secret == [1, 2])
        #expect(try HubDatabase(path: path).records.find(record, pseudonym: nil) != nil)
    }

    @Test("a database of the second release gets the columns that it lacks, and keeps its devices")
    func secondRelease() throws {
        let folder = TemporaryFolder()
        let path = folder.configuration.databasePath
        let former = try Connection(path: path)
        try former.execute(Schema.statements)
        try former.execute(
            """
            DROP INDEX records_named; ALTER TABLE devices DROP COLUMN secret; ALTER TABLE devices DROP COLUMN revoked_at; PRAGMA user_version = 2;
            INSERT INTO devices (device_id, registered_at, keys_version) VALUES ('V', 1000, '7')
            """)
        let device = try HubDatabase(path: path).devices.find("V")
        #expect(device?.versions.keys == "7" && device?.secret == nil && device?.revoked == nil)
    }

    @Test("a database of a later release is refused")
    func laterRelease() throws {
        let folder = TemporaryFolder()
        let path = folder.configuration.databasePath
        try Connection(path: path).execute("PRAGMA user_version = 99")
        #expect(throws: HubDatabase.NewerSchema.self) { try HubDatabase(path: path) }
    }

    @Test("maintenance deletes what has expired and nothing else")
    func maintenance() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            _ = try await hub.heartbeat(["req_id": "1", "lat": "31.2", "lng": "121.4"])
            let token = try await hub.token()
            let commits = try GroupCommit(path: hub.configuration.databasePath)
            let maintenance = Maintenance(
                positionsKept: .seconds(86400), recordsKept: .seconds(86400), pseudonyms: .sample, commits: commits,
                logger: .init(label: "test"))
            func positions() throws -> Int64? {
                try Connection(path: hub.configuration.databasePath).integer("SELECT count(*) FROM positions")
            }
            let received = try #require(try hub.database().devices.find("VLD1")?.lastHeartbeat)
            try await maintenance.pass(at: received + .seconds(3000))
            #expect(try positions() == 1)
            #expect(try hub.database().tokens.find(token) != nil)
            try await maintenance.pass(at: received + .seconds(86401))
            #expect(try positions() == 0)
            #expect(try hub.database().tokens.find(token) == nil)
        }
    }

    @Test("maintenance does not leave off while there are positions that are too old")
    func maintenanceOfManyPositions() async throws {
        let folder = TemporaryFolder()
        let path = folder.configuration.databasePath
        let database = try HubDatabase(path: path)
        let old = WallTime(seconds: 1_000_000)
        try database.transaction {
            for number in 0..<2 * Maintenance.positionsAtOnce + 5 {
                let received = number < 2 * Maintenance.positionsAtOnce + 1 ? old : old + .seconds(86400)
                try database.positions.insert(
                    Position(latitude: 31.2, longitude: 121.4), deviceID: "V", requestID: "\(number)", time: received,
                    received: received)
            }
        }
        let maintenance = Maintenance(
            positionsKept: .seconds(3600), recordsKept: .seconds(3600), pseudonyms: .sample,
            commits: try GroupCommit(path: path), logger: .init(label: "test"))
        try await maintenance.pass(at: old + .seconds(86400))
        #expect(try Connection(path: path).integer("SELECT count(*) FROM positions") == 4)
    }

    @Test("what a forgotten reader let the log grow to is given back when it has gone")
    func forgottenReader() throws {
        let folder = TemporaryFolder()
        let path = folder.configuration.databasePath
        let database = try HubDatabase(path: path)
        func logBytes() throws -> Int64 {
            let attributes = try FileManager.default.attributesOfItem(atPath: path + "-wal")
            return try #require(attributes[.size] as? Int64)
        }
        func write(_ number: Int) throws {
            let token = "\(number)" + String(repeating: "t", count: 1 << 20)
            try database.transaction {
                try database.tokens.insert(token, .init(deviceID: "\(number)", expires: WallTime(seconds: 1)))
            }
        }
        let reader = try Connection(path: path)
        try reader.execute("BEGIN; SELECT count(*) FROM records")
        for number in 0..<12 { try write(number) }
        #expect(try logBytes() > HubDatabase.keptLogBytes)
        try reader.execute("ROLLBACK")
        for number in 12..<15 { try write(number) }
        #expect(try logBytes() <= HubDatabase.keptLogBytes)
    }

    @Test("one device holds a bounded number of tokens")
    func boundedTokens() throws {
        let folder = TemporaryFolder()
        let database = try HubDatabase(path: folder.configuration.databasePath)
        for number in 0..<20 {
            try database.tokens.insert("\(number)", .init(deviceID: "V", expires: WallTime(seconds: Int64(1000 + number))))
        }
        let kept = try (0..<20).filter { try database.tokens.find("\($0)") != nil }
        #expect(kept == Array(12..<20))
    }
}
