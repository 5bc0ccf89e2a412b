import Base
import HubDomain
import HubStore
import PostgreSQL

/// What the platform said and what outlives a restart.
struct DocumentTable {
    private static let columns = Columns(StoreTable.documents.columns)
    private static let select = "SELECT \(columns.names) FROM documents"

    let connection: PostgreSQLConnection

    func find(_ name: String) throws(PostgreSQLError) -> StoredDocument? {
        try connection.run("\(Self.select) WHERE name = $1", .text(name)).first.map(Self.document)
    }

    func page(prefix: String, after: String?, limit: Int) throws(PostgreSQLError) -> [StoredDocument] {
        // The last character that there is: behind all names that begin with the prefix.
        try connection.run(
            "\(Self.select) WHERE name > $1 AND name >= $2 AND name < $3 ORDER BY name LIMIT $4", .text(after ?? ""),
            .text(prefix), .text(prefix + "\u{10FFFF}"), .integer(Int64(limit))
        ).map(Self.document)
    }

    /// In the order of their names, so that no two hubs wait for each other.
    func keep(_ documents: [StoredDocument]) throws(PostgreSQLError) {
        guard !documents.isEmpty else { return }
        // Of a name that comes twice the last.
        let rows = Dictionary(documents.map { ($0.name, $0) }) { $1 }.values.map { StoreRow.row($0) }
        try connection.run(
            """
            INSERT INTO documents SELECT * FROM unnest(\(Self.columns.places)) AS new (\(Self.columns.names)) ORDER BY name COLLATE "C"
            ON CONFLICT (name) DO UPDATE SET body = excluded.body, changed_at = excluded.changed_at
            """, Self.columns.arrays(rows))
    }

    private static func document(_ row: PostgreSQLRows.Row) -> StoredDocument { StoreRow.document(columns.values(row)) }
}
