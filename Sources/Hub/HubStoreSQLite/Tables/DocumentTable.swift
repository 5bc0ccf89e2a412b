import Base
import HubDomain
import HubStore
import SQLite

/// What the platform said and what outlives a restart.
struct DocumentTable {
    private static let select = "SELECT name, body, changed_at FROM documents"

    let connection: Connection

    func find(_ name: String) throws(StorageError) -> StoredDocument? {
        try connection.first("\(Self.select) WHERE name = ?", name, read: Self.document)
    }

    func page(prefix: String, after: String?, limit: Int) throws(StorageError) -> [StoredDocument] {
        // The last character that there is: behind all names that begin with the prefix.
        try connection.all(
            "\(Self.select) WHERE name > ? AND name >= ? AND name < ? ORDER BY name LIMIT ?", after ?? "", prefix,
            prefix + "\u{10FFFF}", limit, read: Self.document)
    }

    func keep(_ document: StoredDocument) throws(StorageError) {
        try connection.run(
            "INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", document.name, document.body, document.changed.milliseconds)
    }

    private static func document(_ row: borrowing Statement) -> StoredDocument {
        StoredDocument(
            name: row.text(0) ?? "", body: row.blob(1) ?? [], changed: WallTime(milliseconds: row.integer(2) ?? 0))
    }
}
