import Base
import HubStore
import PostgreSQL

extension HubStorePostgreSQL {
    /// What a hub would find at a server, without changing anything there.
    public struct Look: Hashable, Sendable {
        /// As the server writes it: `150018` is 15.18.
        public var serverVersion = 0
        public var encoding = ""
        public var isReadOnly = false
        /// Of the hub's tables; nil where there are none yet.
        public var schemaVersion: Int64?
        /// What the role may not do that a hub has to; each as an administrator would grant it.
        public var missingRights: [String] = []
        /// Tables, and columns as `table.column`, that a hub of this release has and that are not there.
        public var missingParts: [String] = []
        /// Whose the hub's tables are, where they are not all this role's.
        public var owners: [String] = []
        /// How far the server's clock is ahead of this machine's.
        public var clockLead = Duration.zero
        /// That the server would still take of this role in this database; nil where it sets no bound that can be seen.
        public var connectionsLeft: Int?

        /// Of the schema that this release writes.
        public static var currentSchema: Int64 { Schema.version }
        /// The oldest that the hub is tried with.
        public static let oldestServer = 150_000
        /// Of a hub, and of each command while it runs.
        public static let connectionsOfHub = 3
    }

    /// - Throws: `HubStoreError` of a server that cannot be reached, or refuses the role.
    public static func look(at address: PostgreSQLAddress, now: @Sendable () -> WallTime) throws -> Look {
        do throws(PostgreSQLError) {
            return try look(PostgreSQLConnection(address, patience: requestPatience), now: now)
        } catch {
            throw HubStoreError(error)
        }
    }

    private static func look(_ connection: PostgreSQLConnection, now: @Sendable () -> WallTime) throws(PostgreSQLError) -> Look {
        var look = Look()
        let before = now()
        let row = try connection.run(
            """
            SELECT current_setting('server_version_num')::int8, current_setting('server_encoding'),
                pg_is_in_recovery() OR current_setting('transaction_read_only')::bool,
                (extract(epoch FROM clock_timestamp()) * 1000)::int8, to_regclass('schema_version') IS NOT NULL
            """
        ).first
        let after = now()
        guard let row else { return look }
        look.serverVersion = Int(row.integer(0) ?? 0)
        look.encoding = row.text(1) ?? ""
        look.isReadOnly = row.integer(2) == 1
        let middle = before + (after - before) / 2
        look.clockLead = WallTime(milliseconds: row.integer(3) ?? 0) - middle
        look.missingRights = try missingRights(connection, hasTables: row.integer(4) == 1)
        if row.integer(4) == 1, look.missingRights.isEmpty {
            look.schemaVersion = try connection.run("SELECT max(version) FROM schema_version").first?.integer(0)
            if look.schemaVersion == Schema.version { look.missingParts = try missingParts(connection) }
        } else if row.integer(4) == 1 {
            look.owners = try connection.run(
                "SELECT DISTINCT pg_get_userbyid(relowner)::text FROM pg_class WHERE oid = ANY(\(relations)) ORDER BY 1"
            ).compactMap { $0.text(0) }
        }
        look.connectionsLeft = try connectionsLeft(connection)
        return look
    }

    private static func missingRights(
        _ connection: PostgreSQLConnection, hasTables: Bool
    ) throws(PostgreSQLError) -> [String] {
        var missing: [String] = []
        let schema = try connection.run(
            "SELECT current_schema()::text, coalesce(has_schema_privilege(current_schema(), 'CREATE'), false), current_user::text"
        ).first
        let role = schema?.text(2) ?? ""
        // Positions get a table each day.
        if schema?.integer(1) != 1 { missing.append("GRANT CREATE, USAGE ON SCHEMA \(schema?.text(0) ?? "public") TO \(role)") }
        guard hasTables else { return missing }
        // A later release alters them, and each day's table becomes a part of `positions`: both are the owner's alone to do.
        let others = try connection.run(
            """
            SELECT relname::text, relkind = 'S' FROM pg_class
            WHERE oid = ANY(\(relations)) AND NOT pg_has_role(relowner, 'USAGE') ORDER BY 1
            """)
        for relation in others {
            let kind = relation.integer(1) == 1 ? "SEQUENCE" : "TABLE"
            missing.append("ALTER \(kind) \(relation.text(0) ?? "") OWNER TO \(role)")
        }
        return missing
    }

    /// The hub's own among all of the schema, each day's table of positions too, as an array of SQL's: sequences are no part of their tables.
    private static var relations: String {
        let tables = StoreTable.all.map(\.name) + ["schema_version", "health", "leases"]
        let sequences = ["records_id", "positions_id", "set_aside_id", "generations_id", "upstream_identities_id"]
        let names = (tables + sequences).map { "to_regclass('\($0)')" }.joined(separator: ", ")
        return """
            ARRAY[\(names)]::oid[] || ARRAY(SELECT inhrelid FROM pg_inherits WHERE inhparent = to_regclass('positions'))
            """
    }

    private static func missingParts(_ connection: PostgreSQLConnection) throws(PostgreSQLError) -> [String] {
        var missing: [String] = []
        for table in StoreTable.all {
            let found = try connection.run(
                "SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped",
                .text(table.name)
            ).compactMap { $0.text(0) }
            if found.isEmpty {
                missing.append(table.name)
            } else {
                missing += table.columns.filter { !found.contains($0.name) }.map { "\(table.name).\($0.name)" }
            }
        }
        return missing
    }

    /// By the bounds of the server, the database and the role; this look's own connection is one of those that are there.
    private static func connectionsLeft(_ connection: PostgreSQLConnection) throws(PostgreSQLError) -> Int? {
        try connection.run(
            """
            SELECT least(
                current_setting('max_connections')::int8 - current_setting('superuser_reserved_connections')::int8
                    - coalesce(current_setting('reserved_connections', true), '0')::int8
                    - (SELECT sum(numbackends) FROM pg_stat_database)::int8,
                (SELECT nullif(datconnlimit, -1) - (SELECT numbackends FROM pg_stat_database s WHERE s.datid = d.oid)
                    FROM pg_database d WHERE datname = current_database())::int8,
                (SELECT nullif(rolconnlimit, -1) - (SELECT count(*) FROM pg_stat_activity WHERE usename = current_user)
                    FROM pg_roles WHERE rolname = current_user)::int8)
            """
        ).first?.integer(0).map { Int($0) }
    }
}
