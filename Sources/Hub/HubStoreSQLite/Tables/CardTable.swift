import Fares
import HubStore
import SQLite

/// The cards of all generations.
struct CardTable {
    let connection: Connection

    /// A page of what the generations hold together, the newest of them last.
    func page(of generations: [Int64], after: CardNumber?, limit: Int) throws(StorageError) -> CardPage {
        try CardPage(of: generations, after: after, limit: limit) { generation, after, until throws(StorageError) in
            try connection.all(
                """
                SELECT card_no, flag FROM cards INDEXED BY cards_by_generation
                WHERE generation = ? AND card_no > ? AND card_no <= ? ORDER BY card_no LIMIT ?
                """, generation, after, until, limit
            ) { row in
                row.text(0).flatMap { CardNumber($0) }.map { CardListEntry(card: $0, isListed: row.integer(1) == 1) }
            }
        }
    }

    func mentions(of card: CardNumber) throws(StorageError) -> CardMentions {
        let lines = try connection.all(
            """
            SELECT DISTINCT g.line FROM cards c CROSS JOIN generations g ON g.id = c.generation
            WHERE c.card_no = ? AND g.state = 1
            """, card.description
        ) { $0.text(0) ?? "" }
        return CardMentions(lists: lines)
    }
}
