import HubDomain

/// The hub's tables in SQLite; `StoreTable` tells what each column holds.
enum Schema {
    /// `PRAGMA user_version` of a database that `tables` made.
    static let version: Int64 = 8

    static let tables = """
        CREATE TABLE versions (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

        CREATE TABLE devices (
            device_id TEXT PRIMARY KEY, registered_at INTEGER NOT NULL,
            check_mode TEXT, check_card_mode TEXT, qrcode_mode TEXT, card_mode TEXT, white_mode TEXT, is_line_white TEXT,
            window TEXT, line TEXT, enterprise_id TEXT,
            last_heartbeat_at INTEGER, reported_time INTEGER, software_ver INTEGER, cards_version TEXT, increment_version TEXT,
            line_version TEXT, keys_version TEXT, lng REAL, lat REAL, course REAL, speed REAL,
            secret BLOB, revoked_at INTEGER, next_secret BLOB, \(listColumns.joined(separator: ", "))
        ) WITHOUT ROWID;

        \(lists)

        CREATE TABLE ticket_keys (
            version INTEGER NOT NULL, key_id INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (version, key_id)
        ) WITHOUT ROWID;
        CREATE TABLE used_tickets (ticket BLOB PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX used_tickets_by_expiry ON used_tickets (expires_at);

        CREATE TABLE tokens (token TEXT PRIMARY KEY, device_id TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX tokens_by_device ON tokens (device_id, expires_at);
        \(enrolments)

        \(arrivals)
        \(namedRecordsIndex)
        \(health)
        \(leases)
        \(setAside)
        \(upstream)
        """

    /// What a device was told of each list, and fetched.
    private static let listColumns = [
        "cards_told INTEGER", "cards_told_at INTEGER", "cards_fetched INTEGER", "cards_fetched_at INTEGER",
        "increment_told INTEGER", "increment_told_at INTEGER", "increment_fetched INTEGER", "increment_fetched_at INTEGER",
        "line_told INTEGER", "line_told_at INTEGER", "line_fetched INTEGER", "line_fetched_at INTEGER",
    ]

    /// Each load of a list is a generation, whose cards lie beside those of others until it comes into force.
    private static let lists = """
        CREATE TABLE generations (
            id INTEGER PRIMARY KEY AUTOINCREMENT, line TEXT NOT NULL, version INTEGER NOT NULL, state INTEGER NOT NULL,
            is_full INTEGER NOT NULL, rows INTEGER NOT NULL, changed_at INTEGER NOT NULL
        );
        CREATE INDEX generations_by_line ON generations (line, state, is_full, version);
        CREATE TABLE cards (
            card_no TEXT NOT NULL, generation INTEGER NOT NULL, flag INTEGER NOT NULL, PRIMARY KEY (card_no, generation)
        ) WITHOUT ROWID;
        CREATE INDEX cards_by_generation ON cards (generation, card_no, flag);
        """

    private static let enrolments = """
        CREATE TABLE enrolments (
            code_hash BLOB PRIMARY KEY, device_id TEXT, created_at INTEGER, expires_at INTEGER, used_at INTEGER, used_from TEXT
        ) WITHOUT ROWID;
        """

    /// One row, which is written to find out whether a record could be.
    private static let health = "CREATE TABLE health (id INTEGER PRIMARY KEY, filler BLOB NOT NULL);"

    private static let leases =
        "CREATE TABLE leases (name TEXT PRIMARY KEY, holder TEXT NOT NULL, ends_at INTEGER NOT NULL) WITHOUT ROWID;"

    /// What came in. A `req_id` alone names no row: see `RequestIdentity`.
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
        """

    /// Of a record whose subject is no pseudonym (`TapRecord.isPseudonym`): two characters and 32 hexadecimal digits.
    static let isNamed = "(length(CAST(subject AS BLOB)) <> 34 OR substr(subject, 1, 2) <> 'p:')"

    /// The index by which records are found that are old enough for a pseudonym and have none, wherever in the table they lie.
    static let namedRecords = "records_named"
    private static let namedRecordsIndex = "CREATE INDEX \(namedRecords) ON records (received_at) WHERE \(isNamed);"

    /// What brings a database to the next version, beginning with that of version 1.
    static let migrations = [
        // Version 1 held a `req_id` unique, which SQLite takes back only with the table.
        """
        ALTER TABLE records RENAME TO records_1;
        ALTER TABLE positions RENAME TO positions_1;
        \(arrivals)
        INSERT INTO records SELECT * FROM records_1;
        INSERT INTO positions SELECT * FROM positions_1;
        DROP TABLE records_1;
        DROP TABLE positions_1;
        \(health)
        """,
        // Version 2 knew no secret of a device's own.
        "ALTER TABLE devices ADD COLUMN secret BLOB; ALTER TABLE devices ADD COLUMN revoked_at INTEGER;",
        // Version 3 held in `versions` up to which row all records had pseudonyms, and stopped for ever at one from the future.
        "DELETE FROM versions WHERE name = 'records_pseudonymised'; \(namedRecordsIndex)",
        // Version 4 had one row a card, with the version in which it last changed; an increment was all above the full list's.
        """
        ALTER TABLE cards RENAME TO cards_4;
        DROP INDEX cards_by_version;
        \(lists)
        INSERT INTO generations (line, version, state, is_full, rows, changed_at)
            SELECT '', value, 1, 1, (SELECT count(*) FROM cards_4 WHERE version <= value), 0 FROM versions WHERE name = 'cards';
        INSERT INTO generations (line, version, state, is_full, rows, changed_at)
            SELECT '', max(c.version), 1, 0, count(*), 0 FROM versions v JOIN cards_4 c ON c.version > v.value
            WHERE v.name = 'cards' HAVING count(*) > 0;
        INSERT INTO generations (line, version, state, is_full, rows, changed_at)
            SELECT line, version, 1, 1, (SELECT count(*) FROM line_cards l WHERE l.line = lines.line), 0 FROM lines ORDER BY line;
        INSERT INTO cards
            SELECT c.card_no, g.id, c.flag
            FROM cards_4 c JOIN versions v ON v.name = 'cards'
                JOIN generations g ON g.line = '' AND g.is_full = (c.version <= v.value);
        INSERT INTO cards SELECT c.card_no, g.id, c.flag FROM line_cards c JOIN generations g ON g.line = c.line;
        DROP TABLE cards_4;
        DROP TABLE line_cards;
        DROP TABLE lines;
        DELETE FROM versions WHERE name = 'cards';
        ALTER TABLE devices ADD COLUMN next_secret BLOB;
        \(enrolments)
        \(leases)
        """,
        // Version 5 refused what it could not settle.
        setAside,
        // Version 6 stood in front of no platform.
        upstream,
        // Version 7 did not keep what a device was told of its lists.
        listColumns.map { "ALTER TABLE devices ADD COLUMN \($0);" }.joined(separator: " "),
    ]

    /// What makes a copy know that it is one, and takes from it what belongs to programs that use the database itself.
    static func markCopy(ofVersion version: Int64) -> String {
        "INSERT OR REPLACE INTO versions VALUES ('restored', 1);" + (version >= 5 ? " DELETE FROM leases;" : "")
    }

    /// What is done with a copy that is used: whatever versions the database of before gave out since, in a day at most one a second, none of
    /// them comes again.
    static let beginAfterRestore = """
        INSERT OR REPLACE INTO versions SELECT 'last',
            86400 + max(ifnull((SELECT value FROM versions WHERE name = 'last'), 0), CAST(strftime('%s', 'now') AS INTEGER))
            WHERE EXISTS (SELECT 1 FROM versions WHERE name = 'restored');
        DELETE FROM versions WHERE name = 'restored';
        """

    /// What brings a database of that version to the present one; all of it where there is none yet.
    static func upgrade(from version: Int64) -> String {
        version == 0 ? tables : migrations.dropFirst(Int(version) - 1).joined(separator: "\n")
    }
}
