extension Schema {
    /// Records that were put aside.
    static let setAside = """
        CREATE SEQUENCE set_aside_id;
        CREATE TABLE set_aside (
            id int8 PRIMARY KEY DEFAULT nextval('set_aside_id'), device_id text COLLATE "C" NOT NULL,
            call text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, reason text COLLATE "C" NOT NULL, body bytea NOT NULL,
            size int8 NOT NULL, received_at int8 NOT NULL, duplicates int8 NOT NULL, UNIQUE (device_id, call, name)
        );
        CREATE INDEX set_aside_by_reason ON set_aside (reason, size);
        CREATE INDEX set_aside_by_arrival ON set_aside (received_at);
        """
}
