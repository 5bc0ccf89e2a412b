extension Schema {
    /// Records that were put aside. A number is never given twice, since an operator deletes by it.
    static let setAside = """
        CREATE TABLE set_aside (
            id INTEGER PRIMARY KEY AUTOINCREMENT, device_id TEXT NOT NULL, call TEXT NOT NULL, name TEXT NOT NULL,
            reason TEXT NOT NULL, body BLOB NOT NULL, size INTEGER NOT NULL, received_at INTEGER NOT NULL,
            duplicates INTEGER NOT NULL, UNIQUE (device_id, call, name)
        );
        CREATE INDEX set_aside_by_reason ON set_aside (reason, size);
        CREATE INDEX set_aside_by_arrival ON set_aside (received_at);
        """
}
