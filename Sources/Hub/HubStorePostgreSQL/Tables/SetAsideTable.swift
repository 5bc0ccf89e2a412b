import Base
import HubDomain
import HubStore
import PostgreSQL

/// The records that were put aside. Who writes one in a batch has the lock of its device.
struct SetAsideTable {
    private static let columns = Columns(StoreTable.setAside.columns)
    private static let newColumns = Columns(Array(StoreTable.setAside.columns.dropFirst()))

    let connection: PostgreSQLConnection

    func load(_ wanted: WantedFacts, _ loaded: inout LoadedFacts) throws(PostgreSQLError) {
        let keys = wanted.setAsideKeys(registered: loaded.devices)
        guard !keys.isEmpty else { return }
        let names = Self.columns.columns.map { "s.\"\($0.name)\"" }.joined(separator: ", ")
        let rows = try connection.run(
            """
            SELECT \(names) FROM unnest($1, $2, $3) AS q (device_id, call, name)
            JOIN set_aside s ON s.device_id = q.device_id AND s.call = q.call AND s.name = q.name
            """, arrays(keys))
        for row in rows {
            let record = StoreRow.setAside(Self.columns.values(row))
            loaded.setAside[record.key] = record
        }
        let volume = try connection.run(
            "SELECT count(*), coalesce(sum(size), 0)::int8 FROM set_aside WHERE reason = ANY($1)",
            .texts(SetAsideReason.ofUnknownDevices.map(\.rawValue))
        ).first
        loaded.setAsideOfUnknown = SetAsideRecord.Volume(
            rows: Int(volume?.integer(0) ?? 0), bytes: Int(volume?.integer(1) ?? 0))
    }

    private func arrays(_ keys: some Collection<SetAsideRecord.Key>) -> [PostgreSQLParameter] {
        [.texts(keys.map(\.deviceID)), .texts(keys.map(\.call.rawValue)), .texts(keys.map(\.name))]
    }

    func write(_ changes: StoreChanges) throws(PostgreSQLError) {
        if !changes.setAsideRemoved.isEmpty {
            try connection.run(
                """
                DELETE FROM set_aside USING unnest($1, $2, $3) AS q (device_id, call, name)
                WHERE set_aside.device_id = q.device_id AND set_aside.call = q.call AND set_aside.name = q.name
                """, arrays(changes.setAsideRemoved))
        }
        guard !changes.setAside.isEmpty else { return }
        let columns = Self.newColumns
        let rows = changes.setAside.map { Array(StoreRow.row($0).dropFirst()) }
        // In one order, so that nobody waits for a row of a batch that waits for his.
        try connection.run(
            """
            INSERT INTO set_aside (\(columns.names)) SELECT * FROM unnest(\(columns.places)) AS new (\(columns.names))
            ORDER BY new.device_id, new.call, new.name
            ON CONFLICT (device_id, call, name) DO UPDATE SET reason = excluded.reason, duplicates = excluded.duplicates
            """, columns.arrays(rows))
    }

    func page(after: Int64?, limit: Int, deviceID: String?) throws(PostgreSQLError) -> [SetAsideRecord] {
        try connection.run(
            """
            SELECT \(Self.columns.names) FROM set_aside WHERE id > $1 AND coalesce($2, device_id) = device_id ORDER BY id LIMIT $3
            """, .integer(after ?? 0), .text(deviceID), .integer(Int64(limit))
        ).map { StoreRow.setAside(Self.columns.values($0)) }
    }

    func counts() throws(PostgreSQLError) -> [SetAsideReason: Int] {
        let rows = try connection.run("SELECT reason, count(*) FROM set_aside GROUP BY reason").map {
            ($0.text(0).flatMap(SetAsideReason.init) ?? .contentUnreadable, Int($0.integer(1) ?? 0))
        }
        return Dictionary(rows, uniquingKeysWith: +)
    }

    func delete(_ ids: [Int64]) throws(PostgreSQLError) -> Int {
        try connection.run("DELETE FROM set_aside WHERE id = ANY($1)", .integers(ids)).affected
    }

    /// What somebody changes just then is left for the next time.
    func prune(receivedBefore time: WallTime, limit: Int) throws(PostgreSQLError) -> Int {
        try connection.run(
            """
            DELETE FROM set_aside WHERE id IN (
                SELECT id FROM set_aside WHERE received_at < $1 ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED)
            """, .integer(time.milliseconds), .integer(Int64(limit))
        ).affected
    }
}
