import Base
import Fares
import SQLite
import ValidatorCore

/// Increments of a card list: rows that are applied over its snapshot at start.
extension Outbox {
    /// Stores an increment and its version, in one transaction. Rows over another snapshot are dropped with it: they were part
    /// of a list that is no longer held.
    ///
    /// - Parameter snapshot: the one that the list was loaded from or saved as.
    /// - Returns: false, and nothing is stored, when there is no snapshot or too much for rows: write the list as a new
    ///   snapshot then.
    public mutating func saveIncrement(
        _ kind: ListKind, over snapshot: SnapshotID?, entries: [CardListEntry], version: String, adopted: WallTime?
    ) throws(StorageError) -> Bool {
        guard let snapshot, entries.count <= limits.incrementEntries else { return false }
        let held = try database.integer("SELECT snapshot FROM list_increments WHERE list = \(kind.rawValue)")
        let isNewBase = held != snapshot.column
        let count = try database.integer("SELECT count(*) FROM list_increment_rows WHERE list = \(kind.rawValue)") ?? 0
        guard isNewBase || Int(count) + entries.count <= limits.incrementRows else { return false }
        try transaction(isSynced: true) { outbox, _ throws(StorageError) in
            if isNewBase { try outbox.database.execute("DELETE FROM list_increment_rows WHERE list = \(kind.rawValue)") }
            let row = try outbox.database.prepare(
                "INSERT INTO list_increment_rows (list, card, listed) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET listed = ?3")
            for entry in entries {
                try row.bind(kind.rawValue, at: 1)
                try row.bind(entry.card.description, at: 2)
                try row.bind(entry.isListed ? 1 : 0, at: 3)
                try row.run()
            }
            let head = try outbox.database.prepare(
                "INSERT OR REPLACE INTO list_increments (list, snapshot, version, adopted_ms) VALUES (?1, ?2, ?3, ?4)")
            try head.bind(kind.rawValue, at: 1)
            try head.bind(snapshot.column, at: 2)
            try head.bind(version, at: 3)
            try head.bind(adopted?.milliseconds, at: 4)
            try head.run()
        }
        return true
    }

    /// The increments over exactly this snapshot, the latest entry of each card; nil when there are none.
    public func increments(
        _ kind: ListKind, over snapshot: SnapshotID
    ) throws(StorageError) -> (entries: [CardListEntry], version: String, adopted: WallTime?)? {
        let head = try database.prepare("SELECT version, adopted_ms FROM list_increments WHERE list = ?1 AND snapshot = ?2")
        try head.bind(kind.rawValue, at: 1)
        try head.bind(snapshot.column, at: 2)
        guard try head.step(), let version = head.text(0) else { return nil }
        let rows = try database.prepare("SELECT card, listed FROM list_increment_rows WHERE list = ?1")
        try rows.bind(kind.rawValue, at: 1)
        var entries: [CardListEntry] = []
        while try rows.step() {
            guard let card = rows.text(0).flatMap({ CardNumber($0) }) else { continue }
            entries.append(CardListEntry(card: card, isListed: rows.integer(1) == 1))
        }
        return (entries, version, head.wallTime(1))
    }
}
