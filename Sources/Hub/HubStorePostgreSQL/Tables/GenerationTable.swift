import Base
import Fares
import HubDomain
import HubStore
import PostgreSQL

/// The loads of the lists, and their cards.
struct GenerationTable {
    private static let columns = Columns(StoreTable.generations.columns)
    /// The same for both kinds of load; an increment leaves out what is so already.
    private static let insert = """
        INSERT INTO cards SELECT new.card_no, $1, new.flag FROM unnest($2, $3) AS new (card_no, flag)
        """
    private static let changes = """
        WHERE new.flag IS DISTINCT FROM (
            SELECT c.flag FROM cards c JOIN generations g ON g.id = c.generation
            WHERE c.card_no = new.card_no AND g.line = $4 AND g.state = 1 ORDER BY g.version DESC LIMIT 1)
        """
    /// `xmax` is 0 in a row that is new.
    private static let replacing = """
        ORDER BY new.card_no ON CONFLICT (card_no, generation) DO UPDATE SET flag = excluded.flag RETURNING (xmax = 0)
        """

    let connection: PostgreSQLConnection

    func inForce(line: String) throws(PostgreSQLError) -> [ListGeneration] {
        try connection.run("SELECT \(Self.columns.names) FROM generations WHERE line = $1 AND state = 1", .text(line)).map(
            Self.generation)
    }

    func begin(_ selection: ListSelection, isReplacing: Bool, at now: WallTime) throws -> Int64 {
        try connection.run(
            """
            INSERT INTO generations (line, version, state, is_full, rows, changed_at)
            SELECT $1, 0, 0, CASE WHEN $4 = 0 AND ($2 = 1 OR NOT EXISTS (
                SELECT 1 FROM generations WHERE line = $1 AND state = 1 AND is_full = 1)) THEN 1 ELSE 0 END, 0, $3
            RETURNING id
            """, .text(try selection.loadedLine), .integer(isReplacing ? 1 : 0), .integer(now.milliseconds),
            .integer(selection.isIncrement ? 1 : 0)
        ).first?.integer(0) ?? 0
    }

    func append(_ entries: [CardListEntry], to id: Int64, at now: WallTime) throws -> Int {
        let generation = try loading(id)
        // Of a card that comes twice the last.
        var flags: [CardNumber: Bool] = [:]
        for entry in entries { flags[entry.card] = entry.isListed }
        let cards = flags.keys.map(\.description)
        let slice: [PostgreSQLParameter] = [.integer(id), .texts(cards), .integers(flags.values.map { $0 ? 1 : 0 })]
        let rows =
            generation.isFull
            ? try connection.run("\(Self.insert) \(Self.replacing)", slice)
            : try connection.run("\(Self.insert) \(Self.changes) \(Self.replacing)", slice + [.text(generation.line)])
        let kept = rows.count { $0.integer(0) == 1 }
        try connection.run(
            "UPDATE generations SET rows = rows + $1, changed_at = $2 WHERE id = $3", .integer(Int64(kept)),
            .integer(now.milliseconds),
            .integer(id))
        return kept
    }

    func adopt(_ id: Int64, named name: String?, at now: WallTime) throws -> Int64? {
        var generation = try loading(id, orHeld: true)
        if let name { generation.name = name }
        guard generation.makesVersion else {
            try discard(id, at: now)
            return nil
        }
        // First, since it keeps every other adoption waiting.
        let version = try VersionSequence.take(connection, at: now)
        // One without a card was made only for its version.
        try connection.run(
            """
            UPDATE generations SET state = 2, changed_at = $1
            WHERE line = $2 AND id <> $4 AND (state = 1 AND ($3 = 1 OR (rows = 0 AND is_full = 0)) OR state = 3 AND $3 = 1)
            """, .integer(now.milliseconds), .text(generation.line), .integer(generation.isFull ? 1 : 0), .integer(id))
        try connection.run(
            "UPDATE generations SET state = 1, version = $1, changed_at = $2, name = $4 WHERE id = $3", .integer(version),
            .integer(now.milliseconds), .integer(id), .text(generation.name))
        return version
    }

    func hold(_ id: Int64, named name: String, at now: WallTime) throws {
        let generation = try loading(id)
        try connection.run(
            "UPDATE generations SET state = 2, changed_at = $1 WHERE line = $2 AND state = 3", .integer(now.milliseconds),
            .text(generation.line))
        try connection.run(
            "UPDATE generations SET state = 3, changed_at = $1, name = $3 WHERE id = $2", .integer(now.milliseconds),
            .integer(id), .text(name))
    }

    func held() throws(PostgreSQLError) -> [ListGeneration] {
        try connection.run("SELECT \(Self.columns.names) FROM generations WHERE state = 3 ORDER BY id").map(Self.generation)
    }

    func discard(_ id: Int64, at now: WallTime) throws(PostgreSQLError) {
        try connection.run(
            "UPDATE generations SET state = 2, changed_at = $1 WHERE id = $2 AND state IN (0, 3)", .integer(now.milliseconds),
            .integer(id))
    }

    func prune(at now: WallTime, limit: Int) throws(PostgreSQLError) -> Int {
        var count = 0
        let gone = try connection.run(
            """
            SELECT id FROM generations WHERE (state = 2 AND changed_at < $1) OR (state = 0 AND changed_at < $2)
            ORDER BY id FOR UPDATE SKIP LOCKED
            """, .integer((now - ListEdition.readableTime).milliseconds), .integer((now - ListEdition.loadingTime).milliseconds)
        ).compactMap { $0.integer(0) }
        for id in gone where count < limit {
            count += try connection.run(
                """
                DELETE FROM cards WHERE generation = $1 AND card_no IN (
                    SELECT card_no FROM cards WHERE generation = $1 ORDER BY card_no LIMIT $2)
                """, .integer(id), .integer(Int64(limit - count))
            ).affected
            if count < limit { try connection.run("DELETE FROM generations WHERE id = $1", .integer(id)) }
        }
        return count
    }

    /// The generation, which nobody else changes until the transaction ends.
    private func loading(_ id: Int64, orHeld: Bool = false) throws -> ListGeneration {
        let rows = try connection.run(
            "SELECT \(Self.columns.names) FROM generations WHERE id = $1 AND (state = 0 OR state = 3 AND $2 = 1) FOR UPDATE",
            .integer(id), .integer(orHeld ? 1 : 0))
        guard let generation = rows.first.map(Self.generation) else { throw HubStoreError.notLoading(id) }
        return generation
    }

    private static func generation(_ row: PostgreSQLRows.Row) -> ListGeneration { StoreRow.generation(columns.values(row)) }
}
