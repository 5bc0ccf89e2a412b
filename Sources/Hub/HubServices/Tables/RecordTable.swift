import Base
import Fares
import HubDomain
import PlatformAPI
import SQLite

/// The checks, bookings and logs that came in; they are never deleted.
public struct RecordTable {
    private static let columns =
        "device_id, call, req_id, subject, status, check_mode, reason, time, lng, lat, received_at, duplicates"

    let connection: Connection

    /// A record and its row.
    struct Found {
        var row: Int64
        var record: TapRecord
    }

    /// The record that `repeated` is when the device told of it before: of the same call and subject, and under the same identity.
    func find(_ repeated: TapRecord) throws(StorageError) -> Found? {
        let (identity, times) = (repeated.identity, repeated.identity.times)
        return try connection.first(
            """
            SELECT \(Self.columns), id FROM records
            WHERE device_id = ? AND call = ? AND req_id = ? AND time BETWEEN ? AND ? AND subject = ?
            ORDER BY abs(time - ?) LIMIT 1
            """,
            identity.deviceID, repeated.call.rawValue, identity.requestID, times.lowerBound.seconds, times.upperBound.seconds,
            repeated.subject, identity.time.seconds
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
