/// The building of a list's tables, a slice at a time. The list in force is untouched until the new one is finished.
///
/// Keep it in one place and step it there: a second copy would have each slice copy the tables.
public struct CardListBuild: Sendable {
    private let unlisted: UnlistedMeaning
    private var whiteLayout: CardSet.Layout?
    private var blockedLayout: CardSet.Layout?
    private var list = CardList()
    private var shortChunks: [([UInt64], [Bool])]
    private var long: [CardListEntry]
    private var position = 0

    init(
        base: CardList?, added: CardListBuilder.Counts, unlisted: UnlistedMeaning, shortChunks: [([UInt64], [Bool])],
        long: [CardListEntry]
    ) {
        self.unlisted = unlisted
        // Slices take chunks from the end, so that a finished chunk's memory goes at once.
        self.shortChunks = shortChunks.reversed()
        self.long = long
        let base = base ?? CardList()
        whiteLayout = base.white.layout(addingShort: added.shortWhite, long: added.longWhite)
        blockedLayout = base.blocked.layout(addingShort: added.shortBlocked, long: added.longBlocked)
    }

    /// Works on at most `rows` rows or slots. The finished list, or nil while there is more to do.
    public mutating func step(rows: Int) -> CardList? {
        var limit = rows
        if let white = whiteLayout?.step(limit: &limit) { (list.white, whiteLayout) = (white, nil) }
        guard whiteLayout == nil else { return nil }
        if let blocked = blockedLayout?.step(limit: &limit) { (list.blocked, blockedLayout) = (blocked, nil) }
        guard blockedLayout == nil else { return nil }

        while let (keys, isListed) = shortChunks.last, limit > 0 {
            let end = min(position + limit, keys.count)
            for index in position..<end {
                if let card = CardNumber(short: keys[index]) { apply(card, isListed: isListed[index]) }
            }
            limit -= end - position
            position = end
            if position == keys.count {
                shortChunks.removeLast()
                position = 0
            }
        }
        while shortChunks.isEmpty, position < long.count, limit > 0 {
            apply(long[position].card, isListed: long[position].isListed)
            position += 1
            limit -= 1
        }
        return shortChunks.isEmpty && position == long.count ? list : nil
    }

    private mutating func apply(_ card: CardNumber, isListed: Bool) {
        if isListed {
            list.blocked.remove(card)
            list.white.insert(card)
        } else {
            list.white.remove(card)
            if unlisted == .blocked { list.blocked.insert(card) }
        }
    }
}
