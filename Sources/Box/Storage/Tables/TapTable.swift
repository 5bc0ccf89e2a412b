import Base
import Fares
import SQLite
import ValidatorCore

/// The rows of `taps`: one for each answered tap, oldest first.
/// A row number is never used again, since the newest tap is never deleted.
struct TapTable: ~Copyable {
    private let insertion: Statement
    private let delivery: Statement
    private let pendingFrom: Statement

    private static let columns = """
        row, pending, refused, booking_refusals, log_refusals, refusal_code, refusal_message, outcome, mode, \
        clock_source, wall_ms, instant_ns, boot, latitude, longitude, speed_kmh, course, log_id, booking_id, \
        source, reason, subject
        """
}

extension TapTable {
    init(_ database: borrowing Database) throws(StorageError) {
        try self.init(
            insertion: database.prepare(
                """
                INSERT INTO taps (row, pending, outcome, mode, clock_source, wall_ms, instant_ns, boot, latitude, longitude, \
                speed_kmh, course, log_id, booking_id, source, reason, subject) \
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
                """),
            delivery: database.prepare("UPDATE taps SET pending = pending & ~?2 WHERE row = ?1 AND pending & ?2"),
            pendingFrom: database.prepare("SELECT \(Self.columns) FROM taps WHERE row >= ?1 AND pending ORDER BY row LIMIT ?2"))
    }

    // MARK: Changes, inside the caller's transaction

    func insert(_ tap: Tap, row: Int64) throws(StorageError) {
        try insertion.bind(row, at: 1)
        try insertion.bind(tap.pending.rawValue, at: 2)
        try insertion.bind(tap.outcome.rawValue, at: 3)
        try insertion.bind(tap.mode.rawValue, at: 4)
        try insertion.bind(tap.stamp, at: 5)
        try insertion.bind(tap.position, at: 9)
        try insertion.bind(tap.logID, at: 13)
        try insertion.bind(tap.bookingID, at: 14)
        try insertion.bind(tap.source, at: 15)
        try insertion.bind(tap.reason.rawValue, at: 16)
        try insertion.bind(tap.subject, at: 17)
        try insertion.run()
    }

    /// One of its uploads has reached the platform. Whether a row was changed, the caller asks the database: an upload may be
    /// reported twice.
    func deliver(_ part: UploadParts, of row: Int64) throws(StorageError) {
        try delivery.bind(row, at: 1)
        try delivery.bind(part.rawValue, at: 2)
        try delivery.run()
    }

    static func countRefusal(of part: UploadParts, of row: Int64, _ database: borrowing Database) throws(StorageError) {
        let count = part == .booking ? "booking_refusals" : "log_refusals"
        let refusal = try database.prepare("UPDATE taps SET \(count) = \(count) + 1 WHERE row = ?1 AND pending & ?2")
        try refusal.bind(row, at: 1)
        try refusal.bind(part.rawValue, at: 2)
        try refusal.run()
    }

    /// One of its uploads is refused for good. Whether a row was changed, the caller asks the database.
    static func refuse(
        _ part: UploadParts, of row: Int64, code: Int, message: String, _ database: borrowing Database
    ) throws(StorageError) {
        let refusal = try database.prepare(
            """
            UPDATE taps SET pending = pending & ~?2, refused = refused | ?2, refusal_code = ?3, refusal_message = ?4 \
            WHERE row = ?1 AND pending & ?2
            """)
        try refusal.bind(row, at: 1)
        try refusal.bind(part.rawValue, at: 2)
        try refusal.bind(code, at: 3)
        try refusal.bind(String(message.unicodeScalars.prefix(200)), at: 4)
        try refusal.run()
    }

    static func retryRefused(_ database: borrowing Database) throws(StorageError) {
        try database.execute(
            """
            UPDATE taps SET pending = pending | refused, refused = 0, booking_refusals = 0, log_refusals = 0, \
            refusal_code = NULL, refusal_message = NULL WHERE refused
            """)
    }

    /// Forgets at most `limit` finished taps in `rows`, but none that was collected. Returns where to go on.
    static func prune(_ rows: Range<Int64>, limit: Int, _ database: borrowing Database) throws(StorageError) -> Int64 {
        let finished = "row >= \(rows.lowerBound) AND row < \(rows.upperBound) AND pending = 0 AND refused = 0 AND collected = 0"
        let last = try database.integer(
            "SELECT max(row), count(*) FROM (SELECT row FROM taps WHERE \(finished) ORDER BY row LIMIT \(limit))")
        guard let last else { return rows.upperBound }
        try database.execute("DELETE FROM taps WHERE \(finished) AND row <= \(last)")
        return last + 1
    }

    /// Behind the last of the collected taps that happened before `time`, if all collected before it did, too; 0 when none did.
    static func endOfCollected(before time: WallTime, _ database: borrowing Database) throws(StorageError) -> Int64 {
        let first = try database.prepare(
            """
            SELECT row, wall_ms, clock_source FROM taps WHERE collected ORDER BY row LIMIT \(Upkeep.prunedTaps)
            """)
        var end: Int64 = 0
        // A clock that nobody vouched for may have stood in another decade.
        while try first.step(), let row = first.integer(0), let wall = first.integer(1), wall < time.milliseconds,
            first.integer(2) ?? 0 >= ClockSource.server.rawValue
        {
            end = row + 1
        }
        return end
    }

    /// Forgets at most `limit` collected taps in `rows`. Returns where to go on, and how many uploads they had.
    static func pruneCollected(
        _ rows: Range<Int64>, limit: Int, _ database: borrowing Database
    ) throws(StorageError) -> (next: Int64, uploads: OutboxBooks.Parts) {
        let collected = "row >= \(rows.lowerBound) AND row < \(rows.upperBound) AND collected"
        let found = try database.prepare(
            """
            SELECT max(row), sum(collected & 1), sum(collected >> 1) \
            FROM (SELECT row, collected FROM taps WHERE \(collected) ORDER BY row LIMIT \(limit))
            """)
        guard try found.step(), let last = found.integer(0), let bookings = found.integer(1), let logs = found.integer(2)
        else { return (rows.upperBound, OutboxBooks.Parts()) }
        found.reset()
        try database.execute("DELETE FROM taps WHERE \(collected) AND row <= \(last)")
        return (last + 1, OutboxBooks.Parts(bookings: Int(bookings), logs: Int(logs)))
    }

    /// What of the tap is still to be delivered or was refused for good is collected from now on: that is given back.
    static func collect(
        _ name: RecordName, _ database: borrowing Database
    ) throws(StorageError) -> (pending: UploadParts, refused: UploadParts) {
        let found = try database.prepare("SELECT pending, refused FROM taps WHERE row = ?1 AND log_id = ?2")
        try found.bind(name.row, at: 1)
        try found.bind(name.id, at: 2)
        guard try found.step(), let pending = found.integer(0), let refused = found.integer(1) else { return ([], []) }
        found.reset()
        try database.execute(
            """
            UPDATE taps SET collected = collected | pending | refused, pending = 0, refused = 0 \
            WHERE row = \(name.row) AND (pending OR refused)
            """)
        return (UploadParts(rawValue: Int(pending)), UploadParts(rawValue: Int(refused)))
    }

    /// - Returns: how many uploads up to that row stay collected.
    static func returnCollected(
        after row: Int64, _ database: borrowing Database
    ) throws(StorageError) -> OutboxBooks.Parts {
        try database.execute(
            """
            UPDATE taps SET pending = pending | collected, collected = 0, booking_refusals = 0, log_refusals = 0, \
            refusal_code = NULL, refusal_message = NULL WHERE collected AND row > \(row)
            """)
        let kept = try database.prepare("SELECT total(collected & 1), total(collected >> 1) FROM taps WHERE collected")
        guard try kept.step(), let bookings = kept.double(0), let logs = kept.double(1) else { return OutboxBooks.Parts() }
        return OutboxBooks.Parts(bookings: Int(bookings), logs: Int(logs))
    }

    // MARK: Reading

    /// Taps with something to upload, from `row` on, oldest first.
    func pending(from row: Int64, limit: Int) throws(StorageError) -> [StoredTap] {
        try pendingFrom.bind(row, at: 1)
        try pendingFrom.bind(limit, at: 2)
        return try Self.read(pendingFrom)
    }

    /// - Parameter condition: of SQL, on the table's columns.
    static func select(
        where condition: String, descending: Bool = false, limit: Int, _ database: borrowing Database
    ) throws(StorageError) -> [StoredTap] {
        try read(
            database.prepare(
                "SELECT \(columns) FROM taps WHERE \(condition) ORDER BY row \(descending ? "DESC" : "ASC") LIMIT \(limit)"))
    }

    /// A row that cannot be read, which only a failing medium makes, is left out and stays where it is.
    private static func read(_ statement: borrowing Statement) throws(StorageError) -> [StoredTap] {
        var taps: [StoredTap] = []
        while try statement.step() {
            if let tap = decode(statement) { taps.append(tap) }
        }
        return taps
    }

    private static func decode(_ row: borrowing Statement) -> StoredTap? {
        guard let number = row.integer(0), let pending = row.integer(1), let refused = row.integer(2),
            let bookingRefusals = row.integer(3), let logRefusals = row.integer(4),
            let outcome = row.integer(7).flatMap({ Outcome(rawValue: Int($0)) }),
            let mode = row.integer(8).flatMap({ DecisionMode(rawValue: Int($0)) }),
            let stamp = row.stamp(9), let logID = row.uniqueID(17), let bookingID = row.uniqueID(18), let source = row.text(19),
            let reason = row.text(20).flatMap(Reason.init(rawValue:)), let subject = row.subject(21)
        else { return nil }
        let tap = Tap(
            logID: logID, bookingID: bookingID, source: source, subject: subject, outcome: outcome, reason: reason, mode: mode,
            stamp: stamp, position: row.position(13), pending: UploadParts(rawValue: Int(pending)))
        return StoredTap(
            row: number, tap: tap, refused: UploadParts(rawValue: Int(refused)), bookingRefusals: Int(bookingRefusals),
            logRefusals: Int(logRefusals), refusalCode: row.integer(5).map { Int($0) }, refusalMessage: row.text(6))
    }
}
