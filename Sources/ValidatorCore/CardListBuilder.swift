/// Gathers the rows of a list while they arrive, in 8 bytes and a bit each, and then builds the tables in slices,
/// so that a list of a million cards never holds up a tap. A later row about the same card replaces an earlier one.
public struct CardListBuilder: Sendable {
    private static let chunkSize = 16384

    private let unlisted: UnlistedMeaning
    /// Chunks, so that gathering never copies what is there, and building frees what is done.
    private var short: [[UInt64]] = []
    private var shortIsListed: [[Bool]] = []
    private var long: [CardListEntry] = []
    private var result = CardList()
    /// Tables being taken over from a list that has no room left.
    private var base: CardList?
    private var phase = Phase.gathering
    private var position = 0

    private enum Phase { case gathering, copyingWhite, copyingBlocked, short, long, finished }

    public private(set) var count = 0
    public private(set) var listedCount = 0

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
        if short.last.map({ $0.count == Self.chunkSize }) ?? true {
            short.append([])
            short[short.count - 1].reserveCapacity(Self.chunkSize)
            shortIsListed.append([])
            shortIsListed[shortIsListed.count - 1].reserveCapacity(Self.chunkSize)
        }
        short[short.count - 1].append(key)
        shortIsListed[shortIsListed.count - 1].append(entry.isListed)
    }
}
