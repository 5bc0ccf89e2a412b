import Base
import HubDomain
import HubStore
import PostgreSQL

/// The checks, bookings and logs that came in, as operators read and rename them. They are never deleted.
struct RecordTable {
    private static let columns = FactReader.recordColumns

    let connection: PostgreSQLConnection

    /// - Parameter watermark: from `RecordWatermark.read`.
    func page(after: RecordCursor?, limit: Int, deviceID: String?, upTo watermark: Int64) throws(PostgreSQLError)
        -> [StoredRecord]
    {
        let place: [PostgreSQLParameter] = [.integer(after?.row ?? 0), .integer(watermark), .integer(Int64(limit))]
        let select = "SELECT \(Self.columns.names) FROM records WHERE id > $1 AND id <= $2"
        let rows =
            if let deviceID {
                try connection.run("\(select) AND device_id = $4 ORDER BY id LIMIT $3", place + [.text(deviceID)])
            } else {
                try connection.run("\(select) ORDER BY id LIMIT $3", place)
            }
        return rows.map { StoreRow.record(Self.columns.values($0)) }
    }

    func newestNamed(until now: WallTime) throws(PostgreSQLError) -> WallTime? {
        try connection.run(
            "SELECT received_at FROM records WHERE \(Schema.isNamed) AND received_at <= $1 ORDER BY received_at DESC LIMIT 1",
            .integer(now.milliseconds)
        ).first?.integer(0).map { WallTime(milliseconds: $0) }
    }

    func pseudonymise(receivedBefore time: WallTime, limit: Int, _ name: (String) -> String) throws(PostgreSQLError) -> Int {
        let rows = try connection.run(
            """
            SELECT id, subject FROM records WHERE \(Schema.isNamed) AND received_at < $1 ORDER BY received_at LIMIT $2 FOR UPDATE
            """, .integer(time.milliseconds), .integer(Int64(limit)))
        try rename(rows.compactMap { row in row.integer(0).map { ($0, name(row.text(1) ?? "")) } })
        return rows.count
    }

    func rename(
        after: RecordCursor?, limit: Int, upTo watermark: Int64, _ name: (String) -> String?
    ) throws(PostgreSQLError) -> RenamedSlice? {
        let rows = try connection.run(
            "SELECT id, subject, received_at FROM records WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3 FOR UPDATE",
            .integer(after?.row ?? 0), .integer(watermark), .integer(Int64(limit)))
        guard let last = rows.last else { return nil }
        let renamed = rows.compactMap { row in name(row.text(1) ?? "").map { (row.integer(0) ?? 0, $0) } }
        try rename(renamed)
        return RenamedSlice(
            last: RecordCursor(received: WallTime(milliseconds: last.integer(2) ?? 0), row: last.integer(0) ?? 0),
            count: renamed.count)
    }

    private func rename(_ names: [(row: Int64, name: String)]) throws(PostgreSQLError) {
        guard !names.isEmpty else { return }
        try connection.run(
            "UPDATE records SET subject = new.subject FROM unnest($1, $2) AS new (id, subject) WHERE records.id = new.id",
            .integers(names.map(\.row)), .texts(names.map(\.name)))
    }
}
