import Base
import Fares
import HubDomain
import HubStore
import PlatformAPI
import SQLite

/// The checks, bookings and logs that came in. They are never deleted; after a while they tell no more who it was.
struct RecordTable {
    private static let columns =
        "id, device_id, call, req_id, subject, status, check_mode, reason, time, lng, lat, received_at, duplicates"

    let connection: Connection

    /// The nearest that the query asks for.
    func find(_ query: RecordQuery) throws(StorageError) -> StoredRecord? {
        let (identity, times) = (query.identity, query.identity.times)
        // Nearly always none, and one at most where the `req_id` is a UUID.
        return query.nearest(
            of: try connection.all(
                """
                SELECT \(Self.columns) FROM records
                WHERE device_id = ? AND call = ? AND req_id = ? AND time BETWEEN ? AND ? ORDER BY id
                """,
                identity.deviceID, query.call.rawValue, identity.requestID, times.lowerBound.seconds, times.upperBound.seconds,
                read: Self.record))
    }

    func page(after: RecordCursor?, limit: Int, deviceID: String?) throws(StorageError) -> [StoredRecord] {
        try connection.all(
            "SELECT \(Self.columns) FROM records WHERE id > ? AND ifnull(?, device_id) = device_id ORDER BY id LIMIT ?",
            after?.row ?? 0, deviceID, limit, read: Self.record)
    }

    func insert(_ record: TapRecord) throws(StorageError) {
        try connection.run(
            """
            INSERT INTO records
            (device_id, call, req_id, subject, status, check_mode, reason, time, lng, lat, received_at, duplicates)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            record.deviceID, record.call.rawValue, record.requestID, record.subject, record.status,
            record.checkMode?.rawValue, record.reason?.rawValue, record.time.seconds, record.position?.longitude,
            record.position?.latitude, record.received.milliseconds, record.duplicates)
    }

    func update(_ stored: StoredRecord) throws(StorageError) {
        let record = stored.record
        try connection.run(
            "UPDATE records SET check_mode = ?, status = ?, reason = ?, duplicates = ? WHERE id = ?",
            record.checkMode?.rawValue, record.status, record.reason?.rawValue, record.duplicates, stored.row)
    }

    // MARK: Pseudonyms

    func newestNamed(until now: WallTime) throws(StorageError) -> WallTime? {
        try connection.first(
            """
            SELECT received_at FROM records INDEXED BY \(Schema.namedRecords) WHERE \(Schema.isNamed) AND received_at <= ?
            ORDER BY received_at DESC LIMIT 1
            """, now.milliseconds
        ) { WallTime(milliseconds: $0.integer(0) ?? 0) }
    }

    func pseudonymise(receivedBefore time: WallTime, limit: Int, _ name: (String) -> String) throws(StorageError) -> Int {
        let rows = try connection.all(
            """
            SELECT id, subject FROM records INDEXED BY \(Schema.namedRecords) WHERE \(Schema.isNamed) AND received_at < ?
            ORDER BY received_at LIMIT ?
            """, time.milliseconds, limit
        ) { (id: $0.integer(0) ?? 0, subject: $0.text(1) ?? "") }
        for row in rows { try rename(row.id, to: name(row.subject)) }
        return rows.count
    }

    func rename(after: RecordCursor?, limit: Int, _ name: (String) -> String?) throws(StorageError) -> RenamedSlice? {
        let rows = try connection.all(
            "SELECT id, subject, received_at FROM records WHERE id > ? ORDER BY id LIMIT ?", after?.row ?? 0, limit
        ) { (id: $0.integer(0) ?? 0, subject: $0.text(1) ?? "", received: $0.integer(2) ?? 0) }
        guard let last = rows.last else { return nil }
        var count = 0
        for row in rows {
            guard let new = name(row.subject) else { continue }
            try rename(row.id, to: new)
            count += 1
        }
        return RenamedSlice(
            last: RecordCursor(received: WallTime(milliseconds: last.received), row: last.id), count: count)
    }

    private func rename(_ row: Int64, to name: String) throws(StorageError) {
        try connection.run("UPDATE records SET subject = ? WHERE id = ?", name, row)
    }

    private static func record(_ row: borrowing Statement) -> StoredRecord {
        var position: Position?
        if let longitude = row.double(9), let latitude = row.double(10) {
            position = Position(latitude: latitude, longitude: longitude)
        }
        return StoredRecord(
            row: row.integer(0) ?? 0,
            record: TapRecord(
                deviceID: row.text(1) ?? "", call: row.text(2).flatMap(PlatformCall.init) ?? .cardLog,
                requestID: row.text(3) ?? "", subject: row.text(4) ?? "", status: Int(row.integer(5) ?? 0),
                checkMode: row.integer(6).flatMap { CheckMode(rawValue: Int($0)) }, reason: row.text(7).flatMap(Reason.init),
                time: WallTime(seconds: row.integer(8) ?? 0), position: position,
                received: WallTime(milliseconds: row.integer(11) ?? 0), duplicates: Int(row.integer(12) ?? 0)))
    }
}
