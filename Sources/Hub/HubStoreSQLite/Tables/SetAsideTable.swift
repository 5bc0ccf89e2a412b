import Base
import HubDomain
import HubStore
import SQLite

/// The records that were put aside.
struct SetAsideTable {
    private static let columns = StoreTable.setAside.columns.map(\.name).joined(separator: ", ")
    private static let unknown = SetAsideReason.ofUnknownDevices.map { "'\($0.rawValue)'" }.joined(separator: ", ")

    let connection: Connection

    func load(_ wanted: WantedFacts, _ loaded: inout LoadedFacts) throws(StorageError) {
        let keys = wanted.setAsideKeys(registered: loaded.devices)
        guard !keys.isEmpty else { return }
        for key in keys { loaded.setAside[key] = try find(key) }
        loaded.setAsideOfUnknown = try connection.first(
            "SELECT count(*), total(size) FROM set_aside WHERE reason IN (\(Self.unknown))"
        ) { SetAsideRecord.Volume(rows: Int($0.integer(0) ?? 0), bytes: Int($0.double(1) ?? 0)) }
    }

    private func find(_ key: SetAsideRecord.Key) throws(StorageError) -> SetAsideRecord? {
        try connection.first(
            "SELECT \(Self.columns) FROM set_aside WHERE device_id = ? AND call = ? AND name = ?", key.deviceID,
            key.call.rawValue, key.name, read: Self.record)
    }

    func write(_ changes: StoreChanges) throws(StorageError) {
        for key in changes.setAsideRemoved {
            try connection.run(
                "DELETE FROM set_aside WHERE device_id = ? AND call = ? AND name = ?", key.deviceID, key.call.rawValue, key.name)
        }
        for record in changes.setAside {
            try connection.run(
                """
                INSERT INTO set_aside (device_id, call, name, reason, body, size, received_at, duplicates)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (device_id, call, name) DO UPDATE SET reason = excluded.reason, duplicates = excluded.duplicates
                """, values: Array(StoreRow.row(record).dropFirst()))
        }
    }

    func page(after: Int64?, limit: Int, deviceID: String?) throws(StorageError) -> [SetAsideRecord] {
        try connection.all(
            "SELECT \(Self.columns) FROM set_aside WHERE id > ? AND ifnull(?, device_id) = device_id ORDER BY id LIMIT ?",
            after ?? 0, deviceID, limit, read: Self.record)
    }

    func counts() throws(StorageError) -> [SetAsideReason: Int] {
        let rows = try connection.all("SELECT reason, count(*) FROM set_aside GROUP BY reason") {
            ($0.text(0).flatMap(SetAsideReason.init) ?? .contentUnreadable, Int($0.integer(1) ?? 0))
        }
        return Dictionary(rows, uniquingKeysWith: +)
    }

    func delete(_ ids: [Int64]) throws(StorageError) -> Int {
        var count = 0
        for id in ids {
            try connection.run("DELETE FROM set_aside WHERE id = ?", id)
            count += connection.changedRows
        }
        return count
    }

    func prune(receivedBefore time: WallTime, limit: Int) throws(StorageError) -> Int {
        try connection.run(
            "DELETE FROM set_aside WHERE id IN (SELECT id FROM set_aside WHERE received_at < ? ORDER BY received_at LIMIT ?)",
            time.milliseconds, limit)
        return connection.changedRows
    }

    private static func record(_ row: borrowing Statement) -> SetAsideRecord {
        StoreRow.setAside([
            StoreValue(row.integer(0)), StoreValue(row.text(1)), StoreValue(row.text(2)), StoreValue(row.text(3)),
            StoreValue(row.text(4)), StoreValue(row.blob(5)), StoreValue(row.integer(6)), StoreValue(row.integer(7)),
            StoreValue(row.integer(8)),
        ])
    }
}
