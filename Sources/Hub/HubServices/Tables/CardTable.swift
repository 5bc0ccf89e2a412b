import Base
import Fares
import PlatformAPI
import SQLite

/// The cards that may ride and those that are blocked, and the cards of each line.
public struct CardTable {
    /// The versions of the white list: of the full list, and of what changed since, 0 before either.
    public struct Versions: Hashable, Sendable {
        public var full: Int64 = 0
        public var increment: Int64 = 0
    }

    let connection: Connection

    // MARK: The white list

    public func versions() throws(StorageError) -> Versions {
        let full = try connection.first("SELECT value FROM versions WHERE name = 'cards'") { $0.integer(0) ?? 0 } ?? 0
        let highest = try connection.first("SELECT max(version) FROM cards") { $0.integer(0) ?? 0 } ?? 0
        return Versions(full: full, increment: highest > full ? highest : 0)
    }

    /// Nil when the card is in no list; false when it is blocked.
    public func isListed(_ card: CardNumber) throws(StorageError) -> Bool? {
        try connection.first("SELECT flag FROM cards WHERE card_no = ?", card.description) { $0.integer(0) == 1 }
    }

    /// Takes `entries` into the list, or in its place. A list that replaces, and the first one, are full lists of a new
    /// version; any other is an increment, unless nothing changes.
    public func adopt(_ entries: [CardListEntry], replacing: Bool, at now: WallTime) throws(StorageError) {
        let isFirst = try versions().full == 0
        let version = try VersionSequence(connection: connection).next(at: now)
        if replacing { try connection.run("DELETE FROM cards") }
        let upsert = """
            INSERT INTO cards VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET flag = excluded.flag, version = excluded.version WHERE flag <> excluded.flag
            """
        for entry in entries { try connection.run(upsert, entry.card.description, entry.isListed ? 1 : 0, version) }
        if replacing || isFirst { try connection.run("INSERT OR REPLACE INTO versions VALUES ('cards', ?)", version) }
    }

    /// The cards of the full list, or those that changed after `version`.
    public func forEach(changedAfter version: Int64 = 0, _ body: (_ card: String, _ isListed: Bool) -> Void) throws {
        try connection.forEach("SELECT card_no, flag FROM cards WHERE version > ?", version) { row in
            body(row.text(0) ?? "", row.integer(1) == 1)
        }
    }

    // MARK: Lines

    /// Nil when there is no such line.
    public func version(ofLine line: String) throws(StorageError) -> Int64? {
        try connection.first("SELECT version FROM lines WHERE line = ?", line) { $0.integer(0) ?? 0 }
    }

    func isListed(_ card: CardNumber, onLine line: String) throws(StorageError) -> Bool {
        let sql = "SELECT flag FROM line_cards WHERE line = ? AND card_no = ?"
        return try connection.first(sql, line, card.description) { $0.integer(0) == 1 } ?? false
    }

    /// The lines whose lists have the card, with either flag.
    public func lines(listing card: CardNumber) throws -> [String] {
        var lines: [String] = []
        try connection.forEach("SELECT line FROM line_cards WHERE card_no = ? ORDER BY line", card.description) {
            lines.append($0.text(0) ?? "")
        }
        return lines
    }

    /// Takes `entries` into the line's list, or in its place; makes the line when it is new.
    public func adopt(_ entries: [CardListEntry], line: String, replacing: Bool, at now: WallTime) throws(StorageError) {
        if replacing { try connection.run("DELETE FROM line_cards WHERE line = ?", line) }
        for entry in entries {
            try connection.run(
                "INSERT OR REPLACE INTO line_cards VALUES (?, ?, ?)", line, entry.card.description, entry.isListed ? 1 : 0)
        }
        let version = try VersionSequence(connection: connection).next(at: now)
        try connection.run("INSERT OR REPLACE INTO lines VALUES (?, ?)", line, version)
    }

    /// Every card of the line's list.
    public func forEach(ofLine line: String, _ body: (_ card: String, _ isListed: Bool) -> Void) throws {
        try connection.forEach("SELECT card_no, flag FROM line_cards WHERE line = ?", line) { row in
            body(row.text(0) ?? "", row.integer(1) == 1)
        }
    }
}
