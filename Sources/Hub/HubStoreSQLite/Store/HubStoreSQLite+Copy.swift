import HubStore
import SQLite

extension HubStoreSQLite {
    public func rows(of table: StoreTable, after key: [StoreValue]?, limit: Int) async throws -> [[StoreValue]] {
        let names = table.columns.map(\.name).joined(separator: ", ")
        let keys = table.key.map(\.name).joined(separator: ", ")
        let behind = key == nil ? "" : "WHERE (\(keys)) > (\(table.key.map { _ in "?" }.joined(separator: ", "))) "
        return try await reader.snapshot { connection in
            try connection.all(
                "SELECT \(names) FROM \(table.name) \(behind)ORDER BY \(keys) LIMIT ?",
                values: (key ?? []) + [.integer(Int64(limit))]
            ) { row in
                table.columns.indices.map { Self.value(of: table.columns[$0], row, Int32($0)) }
            }
        }
    }

    static func value(of column: StoreTable.Column, _ row: borrowing Statement, _ index: Int32) -> StoreValue {
        switch column.kind {
        case .integer: StoreValue(row.integer(index))
        case .real: StoreValue(row.double(index))
        case .text: StoreValue(row.text(index))
        case .blob: StoreValue(row.blob(index))
        }
    }

    public func append(_ rows: [[StoreValue]], to table: StoreTable) async throws {
        let names = table.columns.map(\.name).joined(separator: ", ")
        let places = table.columns.map { _ in "?" }.joined(separator: ", ")
        try await writer.transaction { connection in
            for row in rows {
                try connection.run("INSERT INTO \(table.name) (\(names)) VALUES (\(places))", values: row)
            }
        }
    }
}
