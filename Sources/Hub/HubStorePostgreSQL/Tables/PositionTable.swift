import Base
import HubStore
import PostgreSQL

/// Where the devices were: one row a heartbeat that had a fix.
struct PositionTable {
    /// For so long before it came, the same position is looked for: a box repeats what was not answered within minutes, and each day has a
    /// table of its own.
    static let repetitionTime = Duration.seconds(2 * 86_400)

    private static let clockDifference = Duration.seconds(3600)

    private static let columns = Columns(Array(StoreTable.positions.columns.dropFirst()))

    let connection: PostgreSQLConnection

    /// Stores each once, however often it is sent.
    func keep(_ positions: [StoredPosition]) throws(PostgreSQLError) {
        let columns = Self.columns
        let next = columns.columns.count + 1
        let received = positions.map(\.received)
        guard let first = received.min(), let last = received.max() else { return }
        try connection.run(
            """
            WITH new AS MATERIALIZED (
                SELECT * FROM unnest(\(columns.places), $\(next), $\(next + 1)) WITH ORDINALITY AS new (\(columns.names), low, high, number)
            ), counted AS (
                UPDATE positions p SET duplicates = p.duplicates + 1 + new.duplicates FROM new
                WHERE p.device_id = new.device_id AND p.req_id = new.req_id AND p.time BETWEEN new.low AND new.high
                    AND p.received_at BETWEEN $\(next + 2) AND $\(next + 3)
                RETURNING new.number
            )
            INSERT INTO positions (\(columns.names)) SELECT \(columns.names) FROM new
            WHERE number NOT IN (SELECT number FROM counted) ORDER BY number
            """,
            columns.arrays(positions.map { Array(StoreRow.row($0, row: 0).dropFirst()) }) + [
                .integers(positions.map(\.identity.times.lowerBound.seconds)),
                .integers(positions.map(\.identity.times.upperBound.seconds)),
                .integer((first - Self.repetitionTime).milliseconds),
                // Another hub's clock may be ahead; of later days no table is looked at.
                .integer((last + Self.clockDifference).milliseconds),
            ])
    }

    /// Deletes some of those that lie in no day's table.
    func pruneUndated(receivedBefore time: WallTime, limit: Int) throws(PostgreSQLError) -> Int {
        try connection.run(
            """
            DELETE FROM \(PositionDays.undated) WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM \(PositionDays.undated) WHERE received_at < $1 LIMIT $2))
            """, .integer(time.milliseconds), .integer(Int64(limit))
        ).affected
    }
}
