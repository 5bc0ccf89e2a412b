import HubStore
import PostgreSQL

extension Schema {
    /// Any number that no other lock of the database has; one hub after the other looks at the schema.
    private static let lock = "SELECT pg_advisory_xact_lock(7626018)"

    /// Brings the database's tables to this release's schema, or makes them.
    /// - Throws: `PostgreSQLError`, or `HubStoreError` of a database that a later release wrote or that cannot hold every text.
    static func upgrade(_ connection: PostgreSQLConnection) throws {
        let encoding = try connection.run("SELECT current_setting('server_encoding')").first?.text(0)
        guard encoding == "UTF8" else {
            throw HubStoreError(
                .unopenable, "the PostgreSQL database is encoded in \(encoding ?? "?")",
                nextStep: "create it anew with ENCODING 'UTF8'")
        }
        try connection.transaction {
            // Two hubs that start at once.
            try connection.execute(lock)
            try connection.execute("CREATE TABLE IF NOT EXISTS schema_version (version int8 NOT NULL)")
            let found = try connection.run("SELECT max(version) FROM schema_version").first?.integer(0) ?? 0
            guard found <= version else {
                throw HubStoreError(
                    .newerSchema, "the PostgreSQL database was written by a later release (schema \(found))",
                    nextStep: "install that release, or configure another database.url")
            }
            for number in found..<version {
                try connection.execute(migrations[Int(number)])
                try connection.run("INSERT INTO schema_version VALUES ($1)", .integer(number + 1))
            }
        }
    }
}
