import Base
import Fares
import HubDomain
import HubStore
import SQLite

/// The loads of the lists.
struct GenerationTable {
    private static let columns = StoreTable.generations.columns.map(\.name).joined(separator: ", ")
    /// Of a card in force on a line's list, or with "" on the white list: its flag.
    private static let standing = """
        SELECT c.flag FROM cards c CROSS JOIN generations g ON g.id = c.generation
        WHERE c.card_no = ? AND g.line = ? AND g.state = 1 ORDER BY g.version DESC LIMIT 1
        """

    let connection: Connection

    func inForce(line: String) throws(StorageError) -> [ListGeneration] {
        try connection.all(
            "SELECT \(Self.columns) FROM generations WHERE line = ? AND state = 1", line, read: Self.generation)
    }

    /// The newest version in force of a line's list, or of the white list's full lists or increments.
    func newest(line: String, isFull: Bool? = nil) throws(StorageError) -> ListInForce {
        func read(_ row: borrowing Statement) -> ListInForce {
            ListInForce(version: row.integer(0) ?? 0, since: WallTime(milliseconds: row.integer(1) ?? 0))
        }
        let select = "SELECT version, changed_at FROM generations WHERE line = ? AND state = 1"
        let newest = "ORDER BY version DESC LIMIT 1"
        let found =
            if let isFull {
                try connection.first("\(select) AND is_full = ? \(newest)", line, isFull ? 1 : 0, read: read)
            } else {
                try connection.first("\(select) \(newest)", line, read: read)
            }
        return found ?? ListInForce()
    }

    /// Of the generations in force of a list, by their ids.
    func versionsInForce(line: String) throws(StorageError) -> [Int64: Int64] {
        let rows = try connection.all("SELECT id, version FROM generations WHERE line = ? AND state = 1", line) {
            ($0.integer(0) ?? 0, $0.integer(1) ?? 0)
        }
        return Dictionary(rows) { $1 }
    }

    /// What all generations say of a card, in force or not.
    func rows(of card: String) throws(StorageError) -> [(generation: Int64, isListed: Bool)] {
        try connection.all("SELECT generation, flag FROM cards WHERE card_no = ?", card) {
            (generation: $0.integer(0) ?? 0, isListed: $0.integer(1) == 1)
        }
    }

    /// Nil where no generation in force names the card.
    func flag(of card: String, line: String) throws(StorageError) -> Bool? {
        try connection.first(Self.standing, card, line) { $0.integer(0) == 1 }
    }

    /// Of cards that the lists in force name, what the newest of their generations says of them.
    func flags(_ wanted: [WantedFacts.ListFlag]) throws -> [WantedFacts.ListFlag: Bool] {
        var newestFirst: [String: [Int64]] = [:]
        var flags: [WantedFacts.ListFlag: Bool] = [:]
        for wanted in wanted {
            let generations =
                try newestFirst[wanted.list]
                ?? versionsInForce(line: wanted.list).sorted { $0.value > $1.value }.map(\.key)
            newestFirst[wanted.list] = generations
            for generation in generations where flags[wanted] == nil {
                flags[wanted] = try connection.first(
                    "SELECT flag FROM cards WHERE card_no = ? AND generation = ?", wanted.card.description, generation
                ) { $0.integer(0) == 1 }
            }
        }
        return flags
    }

    func begin(_ selection: ListSelection, isReplacing: Bool, at now: WallTime) throws -> Int64 {
        if selection.isIncrement {
            return try connection.first(
                """
                INSERT INTO generations (line, version, state, is_full, rows, changed_at) VALUES (?, 0, 0, 0, 0, ?) RETURNING id
                """, try selection.loadedLine, now.milliseconds
            ) { $0.integer(0) ?? 0 } ?? 0
        }
        return try connection.first(
            """
            INSERT INTO generations (line, version, state, is_full, rows, changed_at)
            VALUES (?1, 0, 0, ?2 OR NOT EXISTS (SELECT 1 FROM generations WHERE line = ?1 AND state = 1 AND is_full), 0, ?3)
            RETURNING id
            """, try selection.loadedLine, isReplacing ? 1 : 0, now.milliseconds
        ) { $0.integer(0) ?? 0 } ?? 0
    }

    func append(_ entries: [CardListEntry], to id: Int64, at now: WallTime) throws -> Int {
        let generation = try loading(id)
        var kept = 0
        for entry in entries {
            let card = entry.card.description
            if !generation.isFull, try flag(of: card, line: generation.line) == entry.isListed { continue }
            try connection.run("UPDATE cards SET flag = ? WHERE card_no = ? AND generation = ?", entry.isListed ? 1 : 0, card, id)
            if connection.changedRows > 0 { continue }
            try connection.run("INSERT INTO cards VALUES (?, ?, ?)", card, id, entry.isListed ? 1 : 0)
            kept += 1
        }
        try connection.run("UPDATE generations SET rows = rows + ?, changed_at = ? WHERE id = ?", kept, now.milliseconds, id)
        return kept
    }

    func adopt(_ id: Int64, named name: String? = nil, at now: WallTime) throws -> Int64? {
        var generation = try loading(id, orHeld: true)
        if let name { generation.name = name }
        guard generation.makesVersion else {
            try discard(id, at: now)
            return nil
        }
        // One without a card was made only for its version.
        try connection.run(
            """
            UPDATE generations SET state = 2, changed_at = ?1
            WHERE line = ?2 AND id <> ?3 AND (state = 1 AND (?4 OR (rows = 0 AND NOT is_full)) OR state = 3 AND ?4)
            """, now.milliseconds, generation.line, id, generation.isFull ? 1 : 0)
        let version = try VersionSequence.take(connection, at: now)
        try connection.run(
            "UPDATE generations SET state = 1, version = ?, name = ?, changed_at = ? WHERE id = ?", version, generation.name,
            now.milliseconds, id)
        return version
    }

    func hold(_ id: Int64, named name: String, at now: WallTime) throws {
        let generation = try loading(id)
        try connection.run(
            "UPDATE generations SET state = 2, changed_at = ? WHERE line = ? AND state = 3", now.milliseconds, generation.line)
        try connection.run(
            "UPDATE generations SET state = 3, name = ?, changed_at = ? WHERE id = ?", name, now.milliseconds, id)
    }

    func held() throws(StorageError) -> [ListGeneration] {
        try connection.all(
            "SELECT \(Self.columns) FROM generations WHERE state = 3 ORDER BY id", read: Self.generation)
    }

    func discard(_ id: Int64, at now: WallTime) throws(StorageError) {
        try connection.run(
            "UPDATE generations SET state = 2, changed_at = ? WHERE id = ? AND state IN (0, 3)", now.milliseconds, id)
    }

    func prune(at now: WallTime, limit: Int) throws(StorageError) -> Int {
        var count = 0
        let gone = try connection.all(
            "SELECT id FROM generations WHERE (state = 2 AND changed_at < ?) OR (state = 0 AND changed_at < ?) ORDER BY id",
            (now - ListEdition.readableTime).milliseconds, (now - ListEdition.loadingTime).milliseconds
        ) { $0.integer(0) ?? 0 }
        for id in gone where count < limit {
            try connection.run(
                """
                DELETE FROM cards WHERE generation = ?1 AND card_no IN
                (SELECT card_no FROM cards WHERE generation = ?1 ORDER BY card_no LIMIT ?2)
                """, id, limit - count)
            count += connection.changedRows
            if count < limit { try connection.run("DELETE FROM generations WHERE id = ?", id) }
        }
        return count
    }

    private func loading(_ id: Int64, orHeld: Bool = false) throws -> ListGeneration {
        let sql = "SELECT \(Self.columns) FROM generations WHERE id = ? AND (state = 0 OR state = 3 AND ?)"
        guard let generation = try connection.first(sql, id, orHeld ? 1 : 0, read: Self.generation) else {
            throw HubStoreError.notLoading(id)
        }
        return generation
    }

    private static func generation(_ row: borrowing Statement) -> ListGeneration {
        ListGeneration(
            id: row.integer(0) ?? 0, line: row.text(1) ?? "", version: row.integer(2) ?? 0,
            state: row.integer(3).flatMap(ListGeneration.State.init) ?? .retired, isFull: row.integer(4) == 1,
            rows: row.integer(5) ?? 0, changed: row.integer(6) ?? 0, name: row.text(7) ?? "")
    }
}
