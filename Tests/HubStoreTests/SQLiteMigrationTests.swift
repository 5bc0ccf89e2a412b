import Base
import Fares
import HubDomain
import HubStore
import TestSupport
import Testing

@testable import HubStoreSQLite

@Suite("A database of an earlier release")
struct SQLiteMigrationTests {
    private let folder = TemporaryFolder()
    private var path: String { folder.path("hub.db") }

    /// The tables that versions 1 to 4 had alike.
    private static let common = """
        CREATE TABLE versions (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE cards (card_no TEXT PRIMARY KEY, flag INTEGER NOT NULL, version INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX cards_by_version ON cards (version);
        CREATE TABLE lines (line TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE line_cards (
            line TEXT NOT NULL, card_no TEXT NOT NULL, flag INTEGER NOT NULL, PRIMARY KEY (line, card_no)
        ) WITHOUT ROWID;
        CREATE TABLE ticket_keys (
            version INTEGER NOT NULL, key_id INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (version, key_id)
        ) WITHOUT ROWID;
        CREATE TABLE used_tickets (ticket BLOB PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX used_tickets_by_expiry ON used_tickets (expires_at);
        CREATE TABLE tokens (token TEXT PRIMARY KEY, device_id TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX tokens_by_device ON tokens (device_id, expires_at);
        """

    private static func devices(_ more: String = "") -> String {
        """
        CREATE TABLE devices (
            device_id TEXT PRIMARY KEY, registered_at INTEGER NOT NULL,
            check_mode TEXT, check_card_mode TEXT, qrcode_mode TEXT, card_mode TEXT, white_mode TEXT, is_line_white TEXT,
            window TEXT, line TEXT, enterprise_id TEXT,
            last_heartbeat_at INTEGER, reported_time INTEGER, software_ver INTEGER, cards_version TEXT, increment_version TEXT,
            line_version TEXT, keys_version TEXT, lng REAL, lat REAL, course REAL, speed REAL\(more)
        ) WITHOUT ROWID;
        """
    }

    private static let arrivals = """
        CREATE TABLE records (
            id INTEGER PRIMARY KEY, device_id TEXT NOT NULL, call TEXT NOT NULL, req_id TEXT NOT NULL,
            subject TEXT NOT NULL, status INTEGER NOT NULL, check_mode INTEGER, reason TEXT, time INTEGER NOT NULL,
            lng REAL, lat REAL, received_at INTEGER NOT NULL, duplicates INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX records_by_request ON records (device_id, call, req_id, time);
        CREATE TABLE positions (
            id INTEGER PRIMARY KEY, device_id TEXT NOT NULL, req_id TEXT NOT NULL, time INTEGER NOT NULL,
            lng REAL NOT NULL, lat REAL NOT NULL, course REAL, speed REAL, received_at INTEGER NOT NULL,
            duplicates INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX positions_by_request ON positions (device_id, req_id, time);
        CREATE TABLE health (id INTEGER PRIMARY KEY, filler BLOB NOT NULL);
        """

    @Test("of version 1 keeps its records, and takes others under their req_ids")
    func version1() async throws {
        try Connection(path: path).execute(
            """
            \(Self.common) \(Self.devices())
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
        let store = try HubStoreSQLite(path: path)
        var record = try #require(try await store.records(after: nil, limit: 9, deviceID: nil).first)
        #expect(record.row == 7 && record.record.subject == "AA" && record.record.duplicates == 3)
        #expect(record.record.time == WallTime(seconds: 1000))
        record.record.time = WallTime(seconds: 90_000)
        let later = record.record
        try await store.transact(WantedFacts()) { $0.apply(.insert(later), at: nil) }
        #expect(try await store.records(after: nil, limit: 9, deviceID: "V").map(\.record.time.seconds) == [1000, 90_000])
        #expect(try await store.rows(of: .positions, after: nil, limit: 9).count == 1)
        let device = try await store.device("V")
        #expect(device?.line == "26" && device?.secret == nil)
        // Opened once more, it is as it is.
        #expect(try await HubStoreSQLite(path: path).device("V") == device)
    }

    @Test("of version 2 gets the columns that it lacks, and keeps its devices")
    func version2() async throws {
        try Connection(path: path).execute(
            """
            \(Self.common) \(Self.devices()) \(Self.arrivals) PRAGMA user_version = 2;
            INSERT INTO devices (device_id, registered_at, keys_version) VALUES ('V', 1000, '7')
            """)
        let device = try await HubStoreSQLite(path: path).device("V")
        #expect(device?.versions.keys == "7" && device?.secret == nil && device?.revoked == nil)
    }

    @Test("of version 3, which a record from the future had stopped, goes on")
    func version3() async throws {
        let former = try Connection(path: path)
        try former.execute(
            """
            \(Self.common) \(Self.devices(", secret BLOB, revoked_at INTEGER")) \(Self.arrivals) PRAGMA user_version = 3;
            INSERT INTO versions VALUES ('records_pseudonymised', 7);
            INSERT INTO records VALUES (7, 'V', 'card_check_log', '1', 'AA', 2, NULL, NULL, 1000, 121.4, 31.2, 1000500, 3)
            """)
        let store = try HubStoreSQLite(path: path)
        #expect(try await store.pseudonymise(receivedBefore: WallTime(seconds: 1001), limit: 9) { _ in "p" } == 1)
        #expect(try await store.rows(of: .versions, after: nil, limit: 9).isEmpty)
    }

    @Test("of version 4 has the lists, versions, keys and secrets that its devices know")
    func version4() async throws {
        try Connection(path: path).execute(
            """
            \(Self.common) \(Self.devices(", secret BLOB, revoked_at INTEGER")) \(Self.arrivals)
            CREATE INDEX records_named ON records (received_at) WHERE \(Schema.isNamed);
            PRAGMA user_version = 4;
            INSERT INTO versions VALUES ('cards', 100), ('last', 170), ('keys_revoked', 90);
            INSERT INTO cards VALUES ('AA', 1, 100), ('BB', 0, 100), ('CC', 0, 120), ('DD', 1, 130), ('EE', 1, 90);
            INSERT INTO lines VALUES ('26', 150), ('71', 160);
            INSERT INTO line_cards VALUES ('26', 'AA', 1), ('26', 'CC', 0);
            INSERT INTO ticket_keys VALUES (140, 1, 'key');
            INSERT INTO devices (device_id, registered_at, line, secret) VALUES ('V', 1000, '26', x'0102');
            """)
        let store = try HubStoreSQLite(path: path)
        func list(_ selection: ListSelection) async throws -> [String] {
            let page = try await store.cards(of: try await store.edition(of: selection), after: nil, limit: 100)
            return page.entries.map { ($0.isListed ? "" : "-") + $0.card.description }
        }
        #expect(try await list(.cards) == ["AA", "-BB", "-CC", "DD", "EE"])
        #expect(try await list(.cardIncrement) == ["-CC", "DD"])
        #expect(try await list(.line("26")) == ["AA", "-CC"])
        #expect(try await list(.line("71")).isEmpty)
        var wanted = WantedFacts()
        wanted.device("V")
        wanted.listVersions()
        wanted.keyRing()
        let facts = try await store.facts(wanted)
        #expect([facts.versions.cards, facts.versions.cardIncrement, facts.versions.keys] == [100, 130, 140])
        #expect(facts.versions.lines == ["26": 150] && facts.keys.revokedVersion == 90)
        #expect(try await store.edition(of: .line("71")).version == 160)
        #expect(facts.device("V")?.secret == [1, 2])
        let version = try await store.adopt([], revokingFormer: false, at: WallTime(seconds: 1))
        #expect(version == 171, "no version is given twice")
        #expect(
            try await store.rows(of: .generations, after: nil, limit: 9).map(\.last)
                == [StoreValue](repeating: .text(""), count: 4))
        #expect(try await store.forwardCounts() == ForwardCounts())
    }

    @Test(
        "of version 5 keeps its records, puts aside what it refused, stands in front of no platform, and has told nobody of a list"
    )
    func version5() async throws {
        let record = TapRecord(
            deviceID: "V", call: .cardLog, requestID: "1", subject: "AA", status: 0, checkMode: nil, reason: nil,
            time: WallTime(seconds: 1), position: nil, received: WallTime(seconds: 1))
        try await HubStoreSQLite(path: path).transact(WantedFacts()) { $0.apply(.insert(record), at: nil) }
        let sinceThen = ["set_aside", "forwards", "forward_counts", "upstream_identities", "documents"]
        try Connection(path: path).execute(
            sinceThen.map { "DROP TABLE \($0);" }.joined()
                + StoreTable.listColumns.map { "ALTER TABLE devices DROP COLUMN \($0);" }.joined()
                + "ALTER TABLE generations DROP COLUMN name; PRAGMA user_version = 5;"
                + "INSERT INTO devices (device_id, registered_at, cards_version) VALUES ('V', 1000, '7')")
        let store = try HubStoreSQLite(path: path)
        #expect(try await store.records(after: nil, limit: 9, deviceID: nil).map(\.record) == [record])
        #expect(try await store.device("V")?.versions.cards == "7")
        #expect(try await store.device("V")?.lists == ListsProgress())

        let key = SetAsideRecord.Key(deviceID: "V", call: .cardLog, name: "2")
        let call = Forward(
            ForwardKey(deviceID: "V", call: .cardLog, requestID: "2"), fields: [1], received: WallTime(seconds: 2))
        let told = ListProgress(told: ListProgress.Step(version: 8, time: WallTime(seconds: 1)))
        var wanted = WantedFacts()
        wanted.device("V")
        try await store.transact(wanted) { facts in
            facts.setAside(SetAsideRecord(key: key, reason: .timeMissing, body: [1], received: WallTime(seconds: 2)))
            facts.keep(call)
            facts.change("V", .lists) { $0.lists[.line] = told }
        }
        #expect(try await store.setAside(after: nil, limit: 9, deviceID: nil).map(\.key) == [key])
        #expect(try await store.forwardCounts() == ForwardCounts(waiting: 1))
        #expect(try await store.device("V")?.lists[.line] == told)
    }
}
