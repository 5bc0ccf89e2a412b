import Base
import PostgreSQL

/// The tables that hold the positions of one day of arrival each, by UTC. A position whose day has none lies in `undated`.
struct PositionDays {
    static let undated = "positions_undated"
    private static let prefix = "positions_day_"
    private static let dayMilliseconds: Int64 = 86_400_000
    /// So many days have their table before they begin.
    private static let daysAhead: Int64 = 7

    let connection: PostgreSQLConnection

    private var existing: [Int64] {
        get throws(PostgreSQLError) {
            try connection.run(
                """
                SELECT substr(c.relname, \(Self.prefix.utf8.count + 1))::int8 FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'positions'::regclass AND c.relname ~ '^\(Self.prefix)[0-9]+$' ORDER BY 1
                """
            ).compactMap { $0.integer(0) }
        }
    }

    /// Makes the tables of today and the days to come by the server's clock, within the caller's transaction.
    func prepare() throws(PostgreSQLError) {
        let today = try connection.run("SELECT floor(extract(epoch FROM now()) / 86400)::int8").first?.integer(0) ?? 0
        try make((today - 1)...(today + Self.daysAhead))
    }

    /// Makes the tables of positions that were received at these times, within the caller's transaction.
    func prepare(forReceived times: [Int64]) throws(PostgreSQLError) {
        for day in Set(times.map { Self.day(of: $0) }).sorted() { try make(day...day) }
    }

    private func make(_ days: ClosedRange<Int64>) throws(PostgreSQLError) {
        let existing = Set(try self.existing)
        for day in days where !existing.contains(day) {
            let (start, end) = (day * Self.dayMilliseconds, (day + 1) * Self.dayMilliseconds)
            // The positions of a day that had no table when they came stay where they are.
            let isTaken = try connection.run(
                "SELECT 1 FROM \(Self.undated) WHERE received_at >= $1 AND received_at < $2 LIMIT 1", .integer(start),
                .integer(end))
            guard isTaken.isEmpty else { continue }
            // Attached afterwards, which those who write meanwhile need not wait for.
            try connection.execute(
                """
                CREATE TABLE \(Self.prefix)\(day) (LIKE positions INCLUDING DEFAULTS);
                ALTER TABLE positions ATTACH PARTITION \(Self.prefix)\(day) FOR VALUES FROM (\(start)) TO (\(end))
                """)
        }
    }

    /// The days that lie before `time` as a whole.
    func ended(before time: WallTime) throws(PostgreSQLError) -> [Int64] {
        let day = Self.day(of: time.milliseconds)
        return try existing.filter { $0 < day }
    }

    /// Deletes all positions of a day at once.
    func drop(_ day: Int64) throws(PostgreSQLError) {
        try connection.execute("DROP TABLE IF EXISTS \(Self.prefix)\(day)")
    }

    private static func day(of milliseconds: Int64) -> Int64 {
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: dayMilliseconds)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
