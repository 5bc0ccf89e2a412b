import Fares
import HubStore
import PostgreSQL

/// The cards of all generations, as they are read.
struct CardTable {
    let connection: PostgreSQLConnection

    /// A page of what the generations hold together, the newest of them last.
    func page(of generations: [Int64], after: CardNumber?, limit: Int) throws(PostgreSQLError) -> CardPage {
        try CardPage(of: generations, after: after, limit: limit) { generation, after, until throws(PostgreSQLError) in
            try connection.run(
                """
                SELECT card_no, flag FROM cards WHERE generation = $1 AND card_no > $2 AND card_no <= $3 ORDER BY card_no LIMIT $4
                """, .integer(generation), .text(after), .text(until), .integer(Int64(limit))
            ).map { row in
                row.text(0).flatMap { CardNumber($0) }.map { CardListEntry(card: $0, isListed: row.integer(1) == 1) }
            }
        }
    }

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
