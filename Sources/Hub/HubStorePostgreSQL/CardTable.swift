import Fares
import HubStore
import PostgreSQL

/// The cards of all generations, as they are read.
struct CardTable {
    let connection: PostgreSQLConnection

    /// A page of what the generations hold together, the newest of them last.
    func page(of generations: [Int64], after: CardNumber?, limit: Int) throws(PostgreSQLError) -> CardPage {
        // Each generation is read by itself, in the order of its index. The first that has more than a page says how far this one goes, so
        // that of the others no more is read than belongs to it.
        var flags: [String: Bool] = [:]
        var end: String?
        for id in generations {
            // A card number is all digits and letters up to F.
            let rows = try connection.run(
                """
                SELECT card_no, flag FROM cards WHERE generation = $1 AND card_no > $2 AND card_no <= $3 ORDER BY card_no LIMIT $4
                """, .integer(id), .text(after?.description ?? ""), .text(end ?? "G"), .integer(Int64(limit)))
            for row in rows { flags[row.text(0) ?? ""] = row.integer(1) == 1 }
            if rows.count == limit, let last = rows.last { end = last.text(0) }
        }
        let cards = flags.keys.filter { card in end.map { !Self.isBefore($0, card) } ?? true }.sorted(by: Self.isBefore)
        let entries = cards.compactMap { text in
            CardNumber(text).map { CardListEntry(card: $0, isListed: flags[text] ?? false) }
        }
        return CardPage(entries: entries, next: end.flatMap { CardNumber($0) })
    }

    private static func isBefore(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }

    func mentions(of card: CardNumber) throws(PostgreSQLError) -> CardMentions {
        let lines = try connection.run(
            """
            SELECT DISTINCT g.line FROM cards c JOIN generations g ON g.id = c.generation
            WHERE c.card_no = $1 AND g.state = 1
            """, .text(card.description)
        ).compactMap { $0.text(0) }
        return CardMentions(lists: lines)
    }
}
