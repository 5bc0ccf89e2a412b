/// Gathers the rows of a list while they arrive, in about 9 bytes each, and then builds the tables in slices,
/// so that a list of a million cards never holds up a tap. A later row about the same card replaces an earlier one.
public struct CardListBuilder: Sendable {
    /// A full or line list that would drop more than 90 % of a list of over so many cards is held back until confirmed.
    public static let implausibleDropFrom = 1000

    /// Rows a chunk: gathering never copies what is there, and building frees what is done.
    private static let chunkRows = 16384

    private let unlisted: UnlistedMeaning
    private var fullChunks: [Chunk] = []
    private var lastChunk = Chunk()
    private var long: [CardListEntry] = []

    /// Rows gathered.
    public private(set) var count = 0
    /// Rows that put a card on the list.
    public private(set) var listedCount = 0
    private var shortListedCount = 0

    private struct Chunk: Sendable {
        var keys: [UInt64] = []
        var isListed: [Bool] = []
    }

    public init(unlisted: UnlistedMeaning) {
        self.unlisted = unlisted
    }

    public mutating func append(_ entry: CardListEntry) {
        count += 1
        if entry.isListed { listedCount += 1 }
        guard let key = entry.card.short else {
            long.append(entry)
            return
        }
        if entry.isListed { shortListedCount += 1 }
        if lastChunk.keys.count == Self.chunkRows {
            fullChunks.append(lastChunk)
            lastChunk = Chunk()
        }
        if lastChunk.keys.isEmpty {
            lastChunk.keys.reserveCapacity(Self.chunkRows)
            lastChunk.isListed.reserveCapacity(Self.chunkRows)
        }
        lastChunk.keys.append(key)
        lastChunk.isListed.append(entry.isListed)
    }

    /// Of memory, until the list is built: the rows, and the tables that they will be.
    public var byteCount: Int {
        (count - long.count) * (MemoryLayout<UInt64>.stride + MemoryLayout<Bool>.stride)
            + long.count * MemoryLayout<CardListEntry>.stride + CardSet.byteCount(short: count - long.count, long: long.count)
    }

    private var shortChunks: [Chunk] { fullChunks + [lastChunk] }

    /// True when these rows in the place of a list would leave none of its cards, or in the place of a large one drop more than
    /// 90 % of them, or of those that may ride.
    public func wouldEmpty(_ held: CardList) -> Bool {
        func drops(_ old: Int, to new: Int) -> Bool { old > Self.implausibleDropFrom && new * 10 < old }
        let kept = unlisted == .blocked ? count : listedCount
        return kept == 0 && held.count > 0 || drops(held.count, to: kept) || drops(held.white.count, to: listedCount)
    }

    /// The rows in their order, short numbers first; for an increment, which is kept row by row.
    public var entries: [CardListEntry] {
        var entries: [CardListEntry] = []
        entries.reserveCapacity(count)
        for chunk in shortChunks {
            for (key, isListed) in zip(chunk.keys, chunk.isListed) {
                if let card = CardNumber(short: key) { entries.append(CardListEntry(card: card, isListed: isListed)) }
            }
        }
        return entries + long
    }

    /// The gathered rows as a list: applied to `base`, or from nothing for a full list.
    public consuming func build(on base: CardList? = nil) -> CardListBuild {
        let added = Counts(
            shortWhite: shortListedCount,
            shortBlocked: unlisted == .blocked ? count - long.count - shortListedCount : 0,
            longWhite: listedCount - shortListedCount,
            longBlocked: unlisted == .blocked ? long.count - (listedCount - shortListedCount) : 0)
        return CardListBuild(
            base: base, added: added, unlisted: unlisted, shortChunks: shortChunks.map { ($0.keys, $0.isListed) }, long: long)
    }

    struct Counts {
        var shortWhite: Int, shortBlocked: Int, longWhite: Int, longBlocked: Int
    }
}
