/// The hub's tables. Times are milliseconds since 1970 in UTC, but for the whole seconds of `time`, which a device reported.
enum Schema {
    /// `PRAGMA user_version` of a database that these statements made.
    static let version: Int64 = 4

    static let statements = """
        CREATE TABLE versions (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

        CREATE TABLE devices (
            device_id TEXT PRIMARY KEY, registered_at INTEGER NOT NULL,
            check_mode TEXT, check_card_mode TEXT, qrcode_mode TEXT, card_mode TEXT, white_mode TEXT, is_line_white TEXT,
            window TEXT, line TEXT, enterprise_id TEXT,
            last_heartbeat_at INTEGER, reported_time INTEGER, software_ver INTEGER, cards_version TEXT, increment_version TEXT,
            line_version TEXT, keys_version TEXT, lng REAL, lat REAL, course REAL, speed REAL,
            secret BLOB, revoked_at INTEGER
        ) WITHOUT ROWID;

        -- `version` is that in which the card last changed; an increment is all above the full list's.
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

        \(arrivals)
        \(namedRecordsIndex)
        \(health)
        """

    /// One row, which is written to find out whether a record could be.
    private static let health = "CREATE TABLE health (id INTEGER PRIMARY KEY, filler BLOB NOT NULL);"

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

    /// Of a record whose subject is no pseudonym (`Pseudonyms.isName`): two characters and 32 hexadecimal digits.
    static let isNamed = "(length(CAST(subject AS BLOB)) <> 34 OR substr(subject, 1, 2) <> 'p:')"

    /// The index by which records are found that are old enough for a pseudonym and have none, wherever in the table they lie.
    static let namedRecords = "records_named"
    private static let namedRecordsIndex = "CREATE INDEX \(namedRecords) ON records (received_at) WHERE \(isNamed);"

    /// Version 1 held a `req_id` unique, which SQLite takes back only with the table.
    static let upgradeFromVersion1 = """
        ALTER TABLE records RENAME TO records_1;
        ALTER TABLE positions RENAME TO positions_1;
        \(arrivals)
        INSERT INTO records SELECT * FROM records_1;
        INSERT INTO positions SELECT * FROM positions_1;
        DROP TABLE records_1;
        DROP TABLE positions_1;
        \(health)
        """

    /// Version 2 knew no secret of a device's own.
    static let upgradeFromVersion2 =
        "ALTER TABLE devices ADD COLUMN secret BLOB; ALTER TABLE devices ADD COLUMN revoked_at INTEGER;"

    /// Version 3 held in `versions` up to which row all records had pseudonyms, and stopped for ever at one from the future.
    static let upgradeFromVersion3 = "DELETE FROM versions WHERE name = 'records_pseudonymised'; \(namedRecordsIndex)"

    /// What brings a database of that version to the present one; all of it where there is none yet.
    static func upgrade(from version: Int64) -> String {
        switch version {
        case 0: statements
        case 1: upgradeFromVersion1 + upgradeFromVersion2 + namedRecordsIndex
        case 2: upgradeFromVersion2 + namedRecordsIndex
        default: upgradeFromVersion3
        }
    }
}
