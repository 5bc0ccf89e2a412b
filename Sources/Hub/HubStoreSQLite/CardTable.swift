import Fares
import HubStore
import SQLite

/// The cards of all generations.
struct CardTable {
    private struct Row {
        var card: String
        var isListed: Bool
    }

    let connection: Connection

    /// A page of what the generations hold together, the newest of them last.
    func page(of generations: [Int64], after: CardNumber?, limit: Int) throws(StorageError) -> CardPage {
        // Each generation is read by itself, in the order of its index. The first that has more than a page says how far this one goes, so
        // that of the others no more is read than belongs to it.
        var flags: [String: Bool] = [:]
        var end: String?
        for id in generations {
            let rows = try rows(of: id, after: after?.description ?? "", until: end, limit: limit)
            for row in rows { flags[row.card] = row.isListed }
            if rows.count == limit, let last = rows.last { end = last.card }
        }
        let cards = flags.keys.filter { card in end.map { !Self.isBefore($0, card) } ?? true }.sorted(by: Self.isBefore)
        let entries = cards.compactMap { text in
            CardNumber(text).map { CardListEntry(card: $0, isListed: flags[text] ?? false) }
        }
        return CardPage(entries: entries, next: end.flatMap { CardNumber($0) })
    }

    private func rows(of generation: Int64, after: String, until: String?, limit: Int) throws(StorageError) -> [Row] {
        // A card number is all digits and letters up to F.
        try connection.all(
            """
            SELECT card_no, flag FROM cards INDEXED BY cards_by_generation
            WHERE generation = ? AND card_no > ? AND card_no <= ? ORDER BY card_no LIMIT ?
            """, generation, after, until ?? "G", limit
        ) { Row(card: $0.text(0) ?? "", isListed: $0.integer(1) == 1) }
    }

    private static func isBefore(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }

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
