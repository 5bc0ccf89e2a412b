import Base
import Fares
import HubDomain
import PlatformAPI
import SQLite

/// The checks, bookings and logs that came in. They are never deleted; after a while they tell no more who it was.
public struct RecordTable {
    private static let columns =
        "device_id, call, req_id, subject, status, check_mode, reason, time, lng, lat, received_at, duplicates"

    let connection: Connection

    /// A record and its row.
    struct Found {
        var row: Int64
        var record: TapRecord
    }

    /// The record that `repeated` is when the device told of it before: of the same call and subject, however that is written, and
    /// under the same identity.
    ///
    /// A pseudonym stands for all tickets of a card, so that under it a ride is known by its very time: another ticket may have been
    /// taken seconds before.
    ///
    /// - Parameter pseudonym: what its subject may be called by now.
    func find(_ repeated: TapRecord, pseudonym: String?) throws(StorageError) -> Found? {
        let (identity, times, exactTimes) = (repeated.identity, repeated.identity.times, repeated.identity.exactTimes)
        let others = Subject.otherTexts(for: repeated.subject)
        return try connection.first(
            """
            SELECT \(Self.columns), id FROM records
            WHERE device_id = ? AND call = ? AND req_id = ? AND time BETWEEN ? AND ?
                AND (subject IN (?, ?, ?, ?) OR subject = ? AND time BETWEEN ? AND ?)
            ORDER BY abs(time - ?) LIMIT 1
            """,
            identity.deviceID, repeated.call.rawValue, identity.requestID, times.lowerBound.seconds, times.upperBound.seconds,
            repeated.subject, others.first, others.dropFirst().first, others.dropFirst(2).first, pseudonym,
            exactTimes.lowerBound.seconds, exactTimes.upperBound.seconds, identity.time.seconds
        ) { Found(row: $0.integer(12) ?? 0, record: Self.record($0)) }
    }

    /// Every record in the order of arrival, of one device or of all.
    public func forEach(deviceID: String?, _ body: (TapRecord) throws -> Void) throws {
        let sql = "SELECT \(Self.columns) FROM records WHERE ifnull(?, device_id) = device_id ORDER BY id"
        try connection.forEach(sql, deviceID) { try body(Self.record($0)) }
    }

    func insert(_ record: TapRecord) throws(StorageError) {
        try connection.run(
            "INSERT INTO records (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
            record.deviceID, record.call.rawValue, record.requestID, record.subject, record.status,
            record.checkMode?.rawValue, record.reason?.rawValue, record.time.seconds, record.position?.longitude,
            record.position?.latitude, record.received.milliseconds)
    }

    func countDuplicate(row: Int64) throws(StorageError) {
        try connection.run("UPDATE records SET duplicates = duplicates + 1 WHERE id = ?", row)
    }

    // MARK: Pseudonyms

    /// When the newest record that still names a card or ticket was received, of those up to `now`; nil when there is none.
    public func newestNamed(until now: WallTime) throws(StorageError) -> WallTime? {
        try connection.first(
            """
            SELECT received_at FROM records INDEXED BY \(Schema.namedRecords) WHERE \(Schema.isNamed) AND received_at <= ?
            ORDER BY received_at DESC LIMIT 1
            """, now.milliseconds
        ) { WallTime(milliseconds: $0.integer(0) ?? 0) }
    }

    /// Puts pseudonyms in the place of cards and tickets of at most `limit` records that were received before `time`, the oldest first.
    ///
    /// - Returns: how many got one; fewer than `limit` when there are no more.
    public func pseudonymise(receivedBefore time: WallTime, limit: Int, _ pseudonyms: Pseudonyms) throws -> Int {
        var rows: [(id: Int64, subject: String)] = []
        try connection.forEach(
            """
            SELECT id, subject FROM records INDEXED BY \(Schema.namedRecords) WHERE \(Schema.isNamed) AND received_at < ?
            ORDER BY received_at LIMIT ?
            """, time.milliseconds, limit
        ) { rows.append(($0.integer(0) ?? 0, $0.text(1) ?? "")) }
        for row in rows { try rename(row.id, to: pseudonyms.name(for: row.subject)) }
        return rows.count
    }

    /// Puts the pseudonym in the place of one card among at most `limit` records behind `row`, whatever their age.
    ///
    /// - Returns: the last record that was looked at, and how many were about the card; nil when there are no more.
    public func forget(_ card: CardNumber, after row: Int64, limit: Int, _ pseudonyms: Pseudonyms) throws -> (
        last: Int64, count: Int
    )? {
        var rows: [(id: Int64, subject: String)] = []
        try connection.forEach("SELECT id, subject FROM records WHERE id > ? ORDER BY id LIMIT ?", row, limit) {
            rows.append(($0.integer(0) ?? 0, $0.text(1) ?? ""))
        }
        guard let last = rows.last else { return nil }
        let found = rows.filter { pseudonyms.mentions(card, in: $0.subject) }
        for row in found { try rename(row.id, to: pseudonyms.name(for: row.subject)) }
        return (last.id, found.count)
    }

    private func rename(_ row: Int64, to name: String) throws(StorageError) {
        try connection.run("UPDATE records SET subject = ? WHERE id = ?", name, row)
    }

    /// Makes an online check the booking of a ride.
    func book(row: Int64) throws(StorageError) {
        try connection.run("UPDATE records SET check_mode = 1, status = 0 WHERE id = ?", row)
    }

    /// Keeps what an online check was answered when it was asked again.
    func decide(_ reason: Reason, row: Int64) throws(StorageError) {
        try connection.run("UPDATE records SET reason = ?, status = ? WHERE id = ?", reason.rawValue, reason.logStatus, row)
    }

    private static func record(_ row: borrowing Statement) -> TapRecord {
        var position: Position?
        if let longitude = row.double(8), let latitude = row.double(9) {
            position = Position(latitude: latitude, longitude: longitude)
        }
        return TapRecord(
            deviceID: row.text(0) ?? "", call: row.text(1).flatMap(PlatformCall.init) ?? .cardLog,
            requestID: row.text(2) ?? "", subject: row.text(3) ?? "", status: Int(row.integer(4) ?? 0),
            checkMode: row.integer(5).flatMap { CheckMode(rawValue: Int($0)) }, reason: row.text(6).flatMap(Reason.init),
            time: WallTime(seconds: row.integer(7) ?? 0), position: position,
            received: WallTime(milliseconds: row.integer(10) ?? 0), duplicates: Int(row.integer(11) ?? 0))
    }
}
