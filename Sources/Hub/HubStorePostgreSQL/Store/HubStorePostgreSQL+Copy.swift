import HubStore
import PostgreSQL

extension HubStorePostgreSQL {
    /// Tables whose keys are numbers that the database gives out, and what gives them.
    private static let sequences: [StoreTable: String] = [
        .generations: "generations_id", .records: "records_id", .positions: "positions_id",
        .setAside: "set_aside_id",
        .forwards: "records_id", .upstreamIdentities: "upstream_identities_id",
    ]

    public func rows(of table: StoreTable, after key: [StoreValue]?, limit: Int) async throws -> [[StoreValue]] {
        let columns = Columns(table.columns)
        let keys = Columns(table.key)
        let behind = key == nil ? "" : "WHERE (\(keys.names)) > (\(keys.places)) "
        let parameters = (key ?? []).map(\.parameter) + [.integer(Int64(limit))]
        return try await HubStoreError.telling {
            try await reader.run { connection in
                try connection.run(
                    "SELECT \(columns.names) FROM \(table.name) \(behind)ORDER BY \(keys.names) LIMIT $\(parameters.count)",
                    parameters
                ).map { columns.values($0) }
            }
        }
    }

    public func append(_ rows: [[StoreValue]], to table: StoreTable) async throws {
        guard !rows.isEmpty else { return }
        let columns = Columns(table.columns)
        try await HubStoreError.telling {
            try await operations.transaction { connection in
                if table == .positions, let received = table.columns.firstIndex(where: { $0.name == "received_at" }) {
                    try PositionDays(connection: connection).prepare(forReceived: rows.compactMap { $0[received].integer })
                }
                try connection.run(
                    "INSERT INTO \(table.name) (\(columns.names)) SELECT * FROM unnest(\(columns.places))", columns.arrays(rows))
                // Numbers that are given out from now on are above those that came.
                if let sequence = Self.sequences[table] {
                    try connection.run(
                        "SELECT setval('\(sequence)', greatest(max(id), (SELECT last_value FROM \(sequence)))) FROM \(table.name)"
                    )
                }
            }
        }
    }
}
