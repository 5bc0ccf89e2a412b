import PostgreSQL

/// Up to which number all records are there. Numbers are given out before their transactions end, so that of several hubs one may commit a
/// record behind another's whose number is higher; whoever read on from the higher one would never see it.
///
/// A transaction that inserts records holds a lock whose number tells where its own begin, and that keeps nobody out.
enum RecordWatermark {
    /// The numbers of these locks begin here: the upper half of each is at least this.
    private static let upperHalf: Int64 = 1 << 30

    /// To be called before the first record of a transaction is inserted.
    static func announce(_ connection: PostgreSQLConnection) throws(PostgreSQLError) {
        try connection.run(
            """
            SELECT pg_advisory_xact_lock_shared(\(upperHalf << 32) + last_value - CASE WHEN is_called THEN 0 ELSE 1 END) FROM records_id
            """)
    }

    /// To be called outside of a snapshot, and before the records are read.
    static func read(_ connection: PostgreSQLConnection) throws(PostgreSQLError) -> Int64 {
        // In this order: who announces himself after the second has only numbers above the first.
        let given =
            try connection.run("SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM records_id").first?.integer(0) ?? 0
        let begun = try connection.run(
            """
            SELECT min((classid::int8 - \(upperHalf)) << 32 | objid::int8) FROM pg_locks
            WHERE locktype = 'advisory' AND objsubid = 1 AND classid::int8 BETWEEN \(upperHalf) AND \(2 * upperHalf - 1)
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """
        ).first?.integer(0)
        return min(given, begun ?? given)
    }
}
