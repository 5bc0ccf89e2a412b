import SQLite
import ValidatorCore

/// The rows of `positions`: heartbeats that could not be sent when they were fresh, oldest first, bounded.
struct PositionTable: ~Copyable {
    private let insertion: Statement
    private let delivery: Statement
    private let pendingFrom: Statement

    private static let columns = """
        row, refused, refusals, refusal_code, refusal_message, clock_source, wall_ms, instant_ns, boot, \
        latitude, longitude, speed_kmh, course, request_id
        """
}

extension PositionTable {
    init(_ database: borrowing Database) throws(StorageError) {
        try self.init(
            insertion: database.prepare(
                """
                INSERT INTO positions \
                (clock_source, wall_ms, instant_ns, boot, latitude, longitude, speed_kmh, course, request_id) \
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                """),
            delivery: database.prepare("DELETE FROM positions WHERE row = ?1 AND refused = 0 AND collected = 0"),
            pendingFrom: database.prepare(
                "SELECT \(Self.columns) FROM positions WHERE row >= ?1 AND refused = 0 AND collected = 0 ORDER BY row LIMIT ?2"))
    }

    // MARK: Changes, inside the caller's transaction

    func insert(_ record: PositionRecord) throws(StorageError) {
        try insertion.bind(record.stamp, at: 1)
        try insertion.bind(record.position, at: 5)
        try insertion.bind(record.requestID, at: 9)
        try insertion.run()
    }

    enum Fate { case pending, refused, collected }

    /// What the one that was dropped had been; nil when there was none.
    static func dropOldest(_ database: borrowing Database) throws(StorageError) -> Fate? {
        let deletion = try database.prepare(
            "DELETE FROM positions WHERE row = (SELECT min(row) FROM positions) RETURNING refused, collected")
        var fate: Fate?
        while try deletion.step() {
            fate = deletion.integer(1) != 0 ? .collected : deletion.integer(0) != 0 ? .refused : .pending
        }
        return fate
    }

    /// Forgets one that the platform has. Whether it was there, the caller asks the database.
    func deliver(_ row: Int64) throws(StorageError) {
        try delivery.bind(row, at: 1)
        try delivery.run()
    }

    static func countRefusal(of row: Int64, _ database: borrowing Database) throws(StorageError) {
        let refusal = try database.prepare("UPDATE positions SET refusals = refusals + 1 WHERE row = ?1")
        try refusal.bind(row, at: 1)
        try refusal.run()
    }

    /// Keeps apart one that the platform refuses for good. Whether it was there, the caller asks the database.
    static func refuse(
        _ row: Int64, code: Int, message: String, _ database: borrowing Database
    ) throws(StorageError) {
        let refusal = try database.prepare(
            """
            UPDATE positions SET refused = 1, refusal_code = ?2, refusal_message = ?3 \
            WHERE row = ?1 AND refused = 0 AND collected = 0
            """)
        try refusal.bind(row, at: 1)
        try refusal.bind(code, at: 2)
        try refusal.bind(String(message.unicodeScalars.prefix(200)), at: 3)
        try refusal.run()
    }

    static func retryRefused(_ database: borrowing Database) throws(StorageError) {
        try database.execute(
            "UPDATE positions SET refused = 0, refusals = 0, refusal_code = NULL, refusal_message = NULL WHERE refused")
    }

    /// It is collected from now on. What it was before; nil when it is not there, or was collected before.
    static func collect(_ name: RecordName, _ database: borrowing Database) throws(StorageError) -> Fate? {
        let found = try database.prepare(
            "SELECT refused FROM positions WHERE row = ?1 AND request_id = ?2 AND collected = 0")
        try found.bind(name.row, at: 1)
        try found.bind(name.id, at: 2)
        guard try found.step(), let refused = found.integer(0) else { return nil }
        found.reset()
        try database.execute("UPDATE positions SET collected = 1, refused = 0 WHERE row = \(name.row)")
        return refused != 0 ? .refused : .pending
    }

    /// - Returns: how many up to that row stay collected.
    static func returnCollected(after row: Int64, _ database: borrowing Database) throws(StorageError) -> Int {
        try database.execute(
            """
            UPDATE positions SET collected = 0, refusals = 0, refusal_code = NULL, refusal_message = NULL \
            WHERE collected AND row > \(row)
            """)
        return Int(try database.integer("SELECT count(*) FROM positions WHERE collected") ?? 0)
    }

    // MARK: Reading

    /// Positions to upload, from `row` on, oldest first.
    func pending(from row: Int64, limit: Int) throws(StorageError) -> [StoredPosition] {
        try pendingFrom.bind(row, at: 1)
        try pendingFrom.bind(limit, at: 2)
        return try Self.read(pendingFrom)
    }

    /// - Parameter condition: of SQL, on the table's columns.
    static func select(
        where condition: String, limit: Int, _ database: borrowing Database
    ) throws(StorageError) -> [StoredPosition] {
        try read(database.prepare("SELECT \(columns) FROM positions WHERE \(condition) ORDER BY row LIMIT \(limit)"))
    }

    /// A row that cannot be read, which only a failing medium makes, is left out and stays where it is.
    private static func read(_ statement: borrowing Statement) throws(StorageError) -> [StoredPosition] {
        var positions: [StoredPosition] = []
        while try statement.step() {
            if let position = decode(statement) { positions.append(position) }
        }
        return positions
    }

    private static func decode(_ row: borrowing Statement) -> StoredPosition? {
        guard let number = row.integer(0), let refusals = row.integer(2), let stamp = row.stamp(5), let id = row.uniqueID(13)
        else { return nil }
        return StoredPosition(
            row: number, record: PositionRecord(requestID: id, stamp: stamp, position: row.position(9)), refusals: Int(refusals),
            refusalCode: row.integer(3).map { Int($0) }, refusalMessage: row.text(4))
    }
}
