import SQLite

/// The tables of `outbox.db`.
///
/// A tap's commit appends to `taps` alone (and to `used_tickets` for a single ride): no index, no counter and no sequence
/// is touched, so that it dirties one page, seldom more.
enum OutboxSchema {
    /// `PRAGMA application_id`: "VLDR" in ASCII.
    static let applicationID: Int64 = 0x564C_4452
    /// `PRAGMA user_version`.
    static let version: Int64 = 5

    private static let tables = """
        CREATE TABLE taps (
            row INTEGER PRIMARY KEY,
            pending INTEGER NOT NULL,
            refused INTEGER NOT NULL DEFAULT 0,
            booking_refusals INTEGER NOT NULL DEFAULT 0,
            log_refusals INTEGER NOT NULL DEFAULT 0,
            refusal_code INTEGER,
            refusal_message TEXT,
            outcome INTEGER NOT NULL,
            mode INTEGER NOT NULL,
            clock_source INTEGER NOT NULL,
            wall_ms INTEGER NOT NULL,
            instant_ns INTEGER NOT NULL,
            boot BLOB NOT NULL,
            latitude REAL,
            longitude REAL,
            speed_kmh REAL,
            course REAL,
            log_id BLOB NOT NULL,
            booking_id BLOB NOT NULL,
            source TEXT NOT NULL,
            reason TEXT NOT NULL,
            subject ANY NOT NULL -- text: a card number; blob: a scanned ticket
        ) STRICT;
        CREATE TABLE positions (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            refused INTEGER NOT NULL DEFAULT 0,
            refusals INTEGER NOT NULL DEFAULT 0,
            refusal_code INTEGER,
            refusal_message TEXT,
            clock_source INTEGER NOT NULL,
            wall_ms INTEGER NOT NULL,
            instant_ns INTEGER NOT NULL,
            boot BLOB NOT NULL,
            latitude REAL,
            longitude REAL,
            speed_kmh REAL,
            course REAL,
            request_id BLOB NOT NULL
        ) STRICT;
        CREATE TABLE used_tickets (
            tap INTEGER PRIMARY KEY,
            ticket BLOB NOT NULL,
            expires_ms INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE state (
            key TEXT PRIMARY KEY,
            value ANY NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE ticket_keys (
            key_group TEXT NOT NULL,
            place INTEGER NOT NULL,
            id INTEGER NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (key_group, place)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE list_increments (
            list INTEGER PRIMARY KEY,
            snapshot INTEGER NOT NULL,
            version TEXT NOT NULL,
            adopted_ms INTEGER
        ) STRICT;
        CREATE TABLE list_increment_rows (
            list INTEGER NOT NULL,
            card TEXT NOT NULL,
            listed INTEGER NOT NULL,
            PRIMARY KEY (list, card)
        ) STRICT, WITHOUT ROWID;
        \(readings)
        \(collections)
        \(lifetimes)
        \(roots)
        """

    /// New in schema 2.
    private static let readings = """
        CREATE TABLE readings (
            row INTEGER PRIMARY KEY,
            id BLOB NOT NULL,
            tid BLOB NOT NULL,
            reader TEXT NOT NULL,
            first_read_ms INTEGER NOT NULL,
            last_read_ms INTEGER NOT NULL,
            timeout_ms INTEGER NOT NULL
        ) STRICT;
        """

    /// New in schema 3: the uploads of a tap, and a position, that a technician has carried away.
    private static let collections = """
        ALTER TABLE taps ADD COLUMN collected INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE positions ADD COLUMN collected INTEGER NOT NULL DEFAULT 0;
        """

    /// New in schema 4: how long a used ticket is held at least, and the running time at which it was used. Of those of earlier
    /// releases it is not known: longer than any ticket is good.
    private static let lifetimes = """
        ALTER TABLE used_tickets ADD COLUMN lifetime_s INTEGER NOT NULL DEFAULT 70000;
        ALTER TABLE used_tickets ADD COLUMN used_at_s INTEGER NOT NULL DEFAULT 0;
        """

    /// New in schema 5: the transport ministry's root keys.
    private static let roots = """
        CREATE TABLE root_keys (
            id INTEGER PRIMARY KEY,
            point BLOB NOT NULL,
            end_month INTEGER -- 203912; null: nobody said
        ) STRICT;
        """

    /// Settles how the file is written, makes the tables in a new one, and adds what one of an earlier release lacks.
    static func prepare(_ database: borrowing Database) throws(StorageError) {
        try database.keepWriteAheadLog()
        // One program at a time, and no shared-memory file. Every tap's commit is synced; checkpoints are ours to time.
        // A checkpointed log stays as long as it is and is written from its start again, into blocks that it has already.
        // Records are written at the end of their table and read in passing: more than half a megabyte of pages is of no use.
        try database.execute(
            """
            PRAGMA locking_mode = EXCLUSIVE;
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA wal_autocheckpoint = 0;
            PRAGMA journal_size_limit = -1;
            PRAGMA secure_delete = FAST;
            PRAGMA cache_size = -512;
            """)
        let found = try database.integer("PRAGMA user_version") ?? 0
        let application = try database.integer("PRAGMA application_id") ?? 0
        let isEmpty = try database.integer("SELECT 1 FROM sqlite_schema") == nil
        if isEmpty {
            try change(database, "\(tables) PRAGMA application_id = \(applicationID);")
        } else if application != applicationID {
            throw StorageError(kind: .damaged, what: "\(database.path): the database of another program")
        } else if found > version {
            throw StorageError(
                kind: .newerSchema,
                what: "\(database.path): written by a later release (schema \(found), this release knows up to \(version))")
        } else if found < 1 {
            throw StorageError(kind: .damaged, what: "\(database.path): schema \(found) was never released")
        } else if found < version {
            try change(database, [readings, collections, lifetimes, roots].dropFirst(Int(found) - 1).joined())
        }
    }

    /// Brings the file to the present version: whole, or not at all.
    private static func change(_ database: borrowing Database, _ statements: String) throws(StorageError) {
        do {
            try database.execute("BEGIN IMMEDIATE; \(statements) PRAGMA user_version = \(version); COMMIT;")
        } catch {
            database.rollBack()
            throw error
        }
    }
}
