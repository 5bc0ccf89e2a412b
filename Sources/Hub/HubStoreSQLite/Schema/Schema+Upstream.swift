import PlatformAPI

extension Schema {
    /// What a hub in front of a platform keeps.
    ///
    /// An id is never given twice, so that whoever has seen all up to one misses none. How many calls there are is counted as they come and
    /// go: millions may wait.
    static let upstream = """
        ALTER TABLE generations ADD COLUMN name TEXT NOT NULL DEFAULT '';

        CREATE TABLE forwards (
            id INTEGER PRIMARY KEY AUTOINCREMENT, device_id TEXT NOT NULL, call TEXT NOT NULL, req_id TEXT NOT NULL,
            fields BLOB NOT NULL, received_at INTEGER NOT NULL, is_backlog INTEGER NOT NULL, state INTEGER NOT NULL,
            refusals INTEGER NOT NULL, may_be_double INTEGER NOT NULL,
            answer_code INTEGER, answer_message TEXT, answer_sound INTEGER, answered_at INTEGER,
            UNIQUE (device_id, call, req_id)
        );
        CREATE INDEX forwards_waiting ON forwards (device_id, id) WHERE state = 0;
        CREATE INDEX forwards_live ON forwards (device_id, received_at) WHERE state = 0 AND is_backlog = 0;
        CREATE INDEX forwards_positions ON forwards (id) WHERE state = 0 AND call = '\(PlatformCall.heartbeat.rawValue)';
        CREATE INDEX forwards_refused ON forwards (id) WHERE state = 1;
        CREATE INDEX forwards_answered ON forwards (received_at) WHERE state = 2;
        CREATE TABLE forward_counts (state INTEGER PRIMARY KEY, rows INTEGER NOT NULL);
        INSERT INTO forward_counts VALUES (0, 0), (1, 0), (2, 0);
        CREATE TRIGGER forwards_come AFTER INSERT ON forwards BEGIN
            UPDATE forward_counts SET rows = rows + 1 WHERE state = new.state;
        END;
        CREATE TRIGGER forwards_change AFTER UPDATE OF state ON forwards WHEN old.state <> new.state BEGIN
            UPDATE forward_counts SET rows = rows - 1 WHERE state = old.state;
            UPDATE forward_counts SET rows = rows + 1 WHERE state = new.state;
        END;
        CREATE TRIGGER forwards_go AFTER DELETE ON forwards BEGIN
            UPDATE forward_counts SET rows = rows - 1 WHERE state = old.state;
        END;

        CREATE TABLE upstream_identities (
            id INTEGER PRIMARY KEY, device_id TEXT NOT NULL, upstream_id TEXT NOT NULL, since_at INTEGER NOT NULL, until_at INTEGER
        );
        CREATE UNIQUE INDEX upstream_identities_by_device ON upstream_identities (device_id) WHERE until_at IS NULL;
        CREATE UNIQUE INDEX upstream_identities_by_name ON upstream_identities (upstream_id) WHERE until_at IS NULL;
        CREATE TABLE documents (name TEXT PRIMARY KEY, body BLOB NOT NULL, changed_at INTEGER NOT NULL) WITHOUT ROWID;
        """
}
