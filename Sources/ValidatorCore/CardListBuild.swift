/// The building of a list's tables, a slice at a time. The list in force is untouched until the new one is finished.
public struct CardListBuild: Sendable {
    private var list: CardList
    private let unlisted: UnlistedMeaning
    /// Members of tables that had no room for the new rows; they move into larger ones first.
    private var moving: [Move] = []
    private var shortChunks: [([UInt64], [Bool])]
    private var long: [CardListEntry]
    private var position = 0

    private struct Move: Sendable {
        var cards: CardSet
        var toWhite: Bool
    }

    init(
        base: CardList?, added: CardListBuilder.Counts, unlisted: UnlistedMeaning, shortChunks: [([UInt64], [Bool])],
        long: [CardListEntry]
    ) {
        self.unlisted = unlisted
        // Slices take chunks from the end, so that a finished chunk's memory goes at once.
        self.shortChunks = shortChunks.reversed()
        self.long = long
        list = base ?? CardList()
        if !list.white.hasRoom(short: added.shortWhite, long: added.longWhite) {
            if list.white.count > 0 { moving.append(Move(cards: list.white, toWhite: true)) }
            list.white = CardSet(
                shortCapacity: list.white.shortCount + added.shortWhite, longCapacity: list.white.longCount + added.longWhite)
        }
        if !list.blocked.hasRoom(short: added.shortBlocked, long: added.longBlocked) {
            if list.blocked.count > 0 { moving.append(Move(cards: list.blocked, toWhite: false)) }
            list.blocked = CardSet(
                shortCapacity: list.blocked.shortCount + added.shortBlocked,
                longCapacity: list.blocked.longCount + added.longBlocked)
        }
    }

    /// Works on at most `rows` rows. The finished list, or nil while there is more to do.
    public mutating func step(rows: Int) -> CardList? {
        var left = rows
        while let move = moving.last, left > 0 {
            let end = min(position + left, move.cards.slotCount)
            for slot in position..<end {
                if move.toWhite { list.white.insert(slot: slot, of: move.cards) } else { list.blocked.insert(slot: slot, of: move.cards) }
            }
            left -= end - position
            position = end
            if position == move.cards.slotCount {
                moving.removeLast()
                position = 0
            }
        }
        while let (keys, isListed) = shortChunks.last, left > 0 {
            let end = min(position + left, keys.count)
            for index in position..<end {
                if let card = CardNumber(short: keys[index]) { apply(card, isListed: isListed[index]) }
            }
            left -= end - position
            position = end
            if position == keys.count {
                shortChunks.removeLast()
                position = 0
            }
        }
        while shortChunks.isEmpty, moving.isEmpty, position < long.count, left > 0 {
            apply(long[position].card, isListed: long[position].isListed)
            position += 1
            left -= 1
        }
        return moving.isEmpty && shortChunks.isEmpty && position == long.count ? list : nil
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
