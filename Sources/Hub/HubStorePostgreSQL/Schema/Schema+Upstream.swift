import PlatformAPI

extension Schema {
    /// What a hub in front of a platform keeps.
    static let upstream = """
        ALTER TABLE generations ADD COLUMN name text COLLATE "C" NOT NULL DEFAULT '';

        -- Numbered with the records: whoever asks for what is new needs one watermark for both.
        CREATE TABLE forwards (
            id int8 PRIMARY KEY DEFAULT nextval('records_id'), device_id text COLLATE "C" NOT NULL, call text COLLATE "C" NOT NULL,
            req_id text COLLATE "C" NOT NULL, fields bytea NOT NULL, received_at int8 NOT NULL, is_backlog int8 NOT NULL,
            state int8 NOT NULL, refusals int8 NOT NULL, may_be_double int8 NOT NULL,
            answer_code int8, answer_message text, answer_sound int8, answered_at int8,
            UNIQUE (device_id, call, req_id)
        );
        CREATE INDEX forwards_waiting ON forwards (device_id, id) WHERE state = 0;
        CREATE INDEX forwards_live ON forwards (device_id, received_at) WHERE state = 0 AND is_backlog = 0;
        CREATE INDEX forwards_positions ON forwards (id) WHERE state = 0 AND call = '\(PlatformCall.heartbeat.rawValue)';
        CREATE INDEX forwards_refused ON forwards (id) WHERE state = 1;
        CREATE INDEX forwards_answered ON forwards (received_at) WHERE state = 2;

        CREATE SEQUENCE upstream_identities_id;
        CREATE TABLE upstream_identities (
            id int8 PRIMARY KEY DEFAULT nextval('upstream_identities_id'), device_id text COLLATE "C" NOT NULL,
            upstream_id text COLLATE "C" NOT NULL, since_at int8 NOT NULL, until_at int8
        );
        CREATE UNIQUE INDEX upstream_identities_by_device ON upstream_identities (device_id) WHERE until_at IS NULL;
        CREATE UNIQUE INDEX upstream_identities_by_name ON upstream_identities (upstream_id) WHERE until_at IS NULL;
        CREATE TABLE documents (name text COLLATE "C" PRIMARY KEY, body bytea NOT NULL, changed_at int8 NOT NULL);
        """
}
