import Fares

/// Cards with their flags in the order of their numbers, each once: 16 bytes of memory for a number of up to 15 digits, 32 for longer ones.
public struct SortedCards: Sequence, Sendable {
    /// Shorter and longer numbers lie apart, each in order.
    private var short: [Row<UInt64>] = []
    private var long: [Row<UInt128>] = []

    /// A number by its key, and the line that it stands on with the flag as the lowest bit.
    private struct Row<Key: FixedWidthInteger & UnsignedInteger & Sendable>: Comparable, Sendable {
        var key: Key
        var tag: UInt32

        var isListed: Bool { tag & 1 == 1 }
        var line: Int { Int(tag >> 1) }

        static func < (left: Row, right: Row) -> Bool { left.key == right.key ? left.tag < right.tag : left.key < right.key }
    }

    /// Two lines of one card with different flags.
    struct Contradiction {
        var card: CardNumber
        var line: Int
        var earlierLine: Int
    }

    init() {}

    public var count: Int { short.count + long.count }
    public var isEmpty: Bool { count == 0 }

    /// In no order yet; see `sort`.
    mutating func append(_ entry: CardListEntry, line: Int) {
        let tag = UInt32(clamping: line) << 1 | (entry.isListed ? 1 : 0)
        if entry.card.digitCount <= 15 {
            short.append(Row(key: Self.shortened(entry.card.sortKey), tag: tag))
        } else {
            long.append(Row(key: entry.card.sortKey, tag: tag))
        }
    }

    /// Puts all in order and leaves one row of each card.
    mutating func sort(_ onContradiction: (Contradiction) -> Void) {
        short.sort()
        long.sort()
        Self.unite(&short) { row, earlier in
            guard let card = CardNumber(sortKey: Self.lengthened(row.key)) else { return }
            onContradiction(Contradiction(card: card, line: row.line, earlierLine: earlier))
        }
        Self.unite(&long) { row, earlier in
            guard let card = CardNumber(sortKey: row.key) else { return }
            onContradiction(Contradiction(card: card, line: row.line, earlierLine: earlier))
        }
    }

    private static func unite<Key>(_ rows: inout [Row<Key>], _ onContradiction: (Row<Key>, Int) -> Void) {
        var kept = 0
        for index in rows.indices {
            let row = rows[index]
            if kept > 0, rows[kept - 1].key == row.key {
                if rows[kept - 1].isListed == row.isListed {
                    rows[kept - 1].tag = row.tag
                } else {
                    onContradiction(row, rows[kept - 1].line)
                }
            } else {
                rows[kept] = row
                kept += 1
            }
        }
        rows.removeLast(rows.count - kept)
    }

    /// 60 bits of digits, and their count in the lowest four.
    private static func shortened(_ key: UInt128) -> UInt64 {
        UInt64(truncatingIfNeeded: key >> 68) << 4 | UInt64(truncatingIfNeeded: key & 0xF)
    }

    private static func lengthened(_ key: UInt64) -> UInt128 { UInt128(key >> 4) << 68 | UInt128(key & 0xF) }

    public struct Iterator: IteratorProtocol, Sendable {
        private let cards: SortedCards
        private var short = 0
        private var long = 0

        fileprivate init(_ cards: SortedCards) {
            self.cards = cards
        }

        public mutating func next() -> CardListEntry? { nextOnLine()?.entry }

        mutating func nextOnLine() -> (entry: CardListEntry, line: Int)? {
            let shortKey = short < cards.short.count ? SortedCards.lengthened(cards.short[short].key) : nil
            let longKey = long < cards.long.count ? cards.long[long].key : nil
            let takesShort =
                switch (shortKey, longKey) {
                case (let shortKey?, let longKey?): shortKey < longKey
                case (let shortKey, _): shortKey != nil
                }
            let (key, tag): (UInt128?, UInt32)
            if takesShort {
                (key, tag) = (shortKey, cards.short[short].tag)
                short += 1
            } else {
                guard longKey != nil else { return nil }
                (key, tag) = (longKey, cards.long[long].tag)
                long += 1
            }
            guard let card = key.flatMap({ CardNumber(sortKey: $0) }) else { preconditionFailure("a key that no number has") }
            return (CardListEntry(card: card, isListed: tag & 1 == 1), Int(tag >> 1))
        }
    }

    public func makeIterator() -> Iterator { Iterator(self) }

    public var underestimatedCount: Int { count }
}

extension SortedCards: Equatable {
    /// Whatever lines they stood on.
    public static func == (left: SortedCards, right: SortedCards) -> Bool {
        left.count == right.count && left.elementsEqual(right)
    }
}
