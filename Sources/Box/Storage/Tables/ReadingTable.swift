import Base
import SQLite
import ValidatorCore

/// The rows of `readings`: visits of cards to readers that have not ended, for the next start to close.
/// Rows are numbered by the core, few and used again, so that the table stays as small as the crowd ever was.
struct ReadingTable: ~Copyable {
    private let insertion: Statement
    private let sighting: Statement
    private let deletion: Statement
}

extension ReadingTable {
    init(_ database: borrowing Database) throws(StorageError) {
        try self.init(
            insertion: database.prepare(
                """
                INSERT INTO readings (row, id, tid, reader, first_read_ms, last_read_ms, timeout_ms) \
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                """),
            sighting: database.prepare("UPDATE readings SET last_read_ms = ?2 WHERE row = ?1"),
            deletion: database.prepare("DELETE FROM readings WHERE row = ?1"))
    }

    // MARK: Changes, inside the caller's transaction

    /// Its row must be free.
    func insert(_ reading: OngoingReading) throws(StorageError) {
        try insertion.bind(reading.row, at: 1)
        try insertion.bind(reading.id, at: 2)
        try insertion.bind(reading.tid, at: 3)
        try insertion.bind(reading.reader, at: 4)
        try insertion.bind(reading.firstRead.milliseconds, at: 5)
        try insertion.bind(reading.lastRead.milliseconds, at: 6)
        try insertion.bind(reading.timeout.wholeMilliseconds, at: 7)
        try insertion.run()
    }

    func update(_ row: Int, lastRead: WallTime) throws(StorageError) {
        try sighting.bind(row, at: 1)
        try sighting.bind(lastRead.milliseconds, at: 2)
        try sighting.run()
    }

    func delete(_ row: Int) throws(StorageError) {
        try deletion.bind(row, at: 1)
        try deletion.run()
    }

    // MARK: Reading

    /// Those unseen longest first. A row that cannot be read, which only a failing medium makes, is left out until another takes
    /// its place.
    static func restore(_ database: borrowing Database) throws(StorageError) -> [OngoingReading] {
        let rows = try database.prepare(
            """
            SELECT row, id, tid, reader, first_read_ms, last_read_ms, timeout_ms FROM readings \
            WHERE row BETWEEN 0 AND \(Limits.ongoingReadings - 1) ORDER BY last_read_ms, first_read_ms, id
            """)
        var readings: [OngoingReading] = []
        var seen: Set<Int> = []
        while try rows.step() {
            guard let row = rows.integer(0), let id = rows.uniqueID(1), let tid = rows.blob(2), let reader = rows.text(3),
                let firstRead = rows.wallTime(4), let lastRead = rows.wallTime(5), let timeout = rows.integer(6)
            else { continue }
            // A damaged file might have it twice; the validator relies on it that none is.
            guard seen.insert(Int(row)).inserted else { continue }
            readings.append(
                OngoingReading(
                    row: Int(row), id: id, tid: tid, reader: reader, firstRead: firstRead, lastRead: lastRead,
                    timeout: .milliseconds(timeout)))
        }
        return readings
    }
}
