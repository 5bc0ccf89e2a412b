import HubDomain
import HubStore

/// The hub's tables in PostgreSQL; `StoreTable` tells what each column holds. Texts are compared by their bytes whatever the database's
/// language is. Truth values and times are integers, as in SQLite, so that rows go from one into the other as they are.
enum Schema {
    /// Of a database on which all of `migrations` were run.
    static let version = Int64(migrations.count)

    /// Numbered from 1; each is run once, in one transaction with those before it. What was released is not changed any more.
    static let migrations = [
        """
        CREATE TABLE versions (name text COLLATE "C" PRIMARY KEY, value int8 NOT NULL);

        -- Room in each page for the next report, which then changes no index.
        CREATE TABLE devices (
            device_id text COLLATE "C" PRIMARY KEY, registered_at int8 NOT NULL,
            check_mode text, check_card_mode text, qrcode_mode text, card_mode text, white_mode text, is_line_white text,
            "window" text, line text, enterprise_id text,
            last_heartbeat_at int8, reported_time int8, software_ver int8, cards_version text, increment_version text,
            line_version text, keys_version text, lng float8, lat float8, course float8, speed float8,
            secret bytea, revoked_at int8, next_secret bytea
        ) WITH (fillfactor = 60);

        CREATE SEQUENCE generations_id;
        CREATE TABLE generations (
            id int8 PRIMARY KEY DEFAULT nextval('generations_id'), line text COLLATE "C" NOT NULL, version int8 NOT NULL,
            state int8 NOT NULL, is_full int8 NOT NULL, rows int8 NOT NULL, changed_at int8 NOT NULL
        );
        CREATE INDEX generations_by_line ON generations (line, state, is_full, version);
        CREATE TABLE cards (
            card_no text COLLATE "C" NOT NULL, generation int8 NOT NULL, flag int8 NOT NULL, PRIMARY KEY (card_no, generation)
        );
        CREATE INDEX cards_by_generation ON cards (generation, card_no, flag);

        CREATE TABLE ticket_keys (version int8 NOT NULL, key_id int8 NOT NULL, key text NOT NULL, PRIMARY KEY (version, key_id));
        CREATE TABLE used_tickets (ticket bytea PRIMARY KEY, expires_at int8 NOT NULL);
        CREATE INDEX used_tickets_by_expiry ON used_tickets (expires_at);
        CREATE TABLE tokens (token text COLLATE "C" PRIMARY KEY, device_id text COLLATE "C" NOT NULL, expires_at int8 NOT NULL);
        CREATE INDEX tokens_by_device ON tokens (device_id, expires_at);
        CREATE TABLE enrolments (
            code_hash bytea PRIMARY KEY, device_id text COLLATE "C", created_at int8, expires_at int8, used_at int8, used_from text
        );

        CREATE SEQUENCE records_id;
        CREATE TABLE records (
            id int8 PRIMARY KEY DEFAULT nextval('records_id'), device_id text COLLATE "C" NOT NULL, call text COLLATE "C" NOT NULL,
            req_id text COLLATE "C" NOT NULL, subject text COLLATE "C" NOT NULL, status int8 NOT NULL, check_mode int8, reason text,
            time int8 NOT NULL, lng float8, lat float8, received_at int8 NOT NULL, duplicates int8 NOT NULL DEFAULT 0
        );
        CREATE INDEX records_by_request ON records (device_id, call, req_id, time);
        CREATE INDEX records_named ON records (received_at) WHERE \(isNamed);

        -- A table for each day, which goes as a whole when its day is no longer kept.
        CREATE SEQUENCE positions_id;
        CREATE TABLE positions (
            id int8 NOT NULL DEFAULT nextval('positions_id'), device_id text COLLATE "C" NOT NULL, req_id text COLLATE "C" NOT NULL,
            time int8 NOT NULL, lng float8 NOT NULL, lat float8 NOT NULL, course float8, speed float8, received_at int8 NOT NULL,
            duplicates int8 NOT NULL DEFAULT 0
        ) PARTITION BY RANGE (received_at);
        CREATE INDEX positions_by_request ON positions (device_id, req_id, time);
        CREATE INDEX positions_by_id ON positions (id);
        CREATE TABLE \(PositionDays.undated) PARTITION OF positions DEFAULT;

        -- One row, which is written to find out whether a record could be; as it is, lest it be packed into nothing.
        CREATE TABLE health (id int8 PRIMARY KEY, filler bytea NOT NULL);
        ALTER TABLE health ALTER COLUMN filler SET STORAGE EXTERNAL;
        CREATE TABLE leases (name text COLLATE "C" PRIMARY KEY, holder text COLLATE "C" NOT NULL, ends_at int8 NOT NULL);
        """,
        setAside,
        upstream,
        // What a device was told of each list, and fetched.
        """
        ALTER TABLE devices
            ADD COLUMN cards_told int8, ADD COLUMN cards_told_at int8, ADD COLUMN cards_fetched int8,
            ADD COLUMN cards_fetched_at int8,
            ADD COLUMN increment_told int8, ADD COLUMN increment_told_at int8, ADD COLUMN increment_fetched int8,
            ADD COLUMN increment_fetched_at int8,
            ADD COLUMN line_told int8, ADD COLUMN line_told_at int8, ADD COLUMN line_fetched int8, ADD COLUMN line_fetched_at int8
        """,
    ]

    /// Of a record whose subject is no pseudonym (`TapRecord.isPseudonym`): two characters and 32 hexadecimal digits.
    static let isNamed = "(octet_length(subject) <> 34 OR substr(subject, 1, 2) <> 'p:')"
}
