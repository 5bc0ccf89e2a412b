import Fares
import HubDomain

/// A piece of a list, in the order of the cards' digits.
public struct CardPage: Hashable, Sendable {
    public var entries: [CardListEntry]
    /// Behind which the next page begins; nil on the last page.
    public var next: CardNumber?

    public init(entries: [CardListEntry], next: CardNumber?) {
        (self.entries, self.next) = (entries, next)
    }

    /// The page behind the card `after` of what several generations hold together, of which the newest counts that names a card.
    ///
    /// Each generation is read by itself, in the order of its index. The first that has more than a page says how far this one goes, so that of
    /// the others no more is read than belongs to it.
    /// - Parameters:
    ///   - generations: the newest of them last.
    ///   - read: gives at most `limit` rows of a generation behind the digits `after` and up to the digits `until`, by their digits' bytes; nil for
    ///     one that is no card's.
    public init<Failure: Error>(
        of generations: [Int64], after: CardNumber?, limit: Int,
        _ read: (_ generation: Int64, _ after: String, _ until: String) throws(Failure) -> [CardListEntry?]
    ) throws(Failure) {
        var end: CardNumber?
        var entries: [CardListEntry] = []
        for generation in generations {
            // A card number is all digits and letters up to F.
            let rows = try read(generation, after?.description ?? "", end?.description ?? "G")
            let newer = rows.compactMap(\.self)
            if rows.count == limit, let last = newer.last?.card {
                end = last
                entries.removeAll { $0.card.sortKey > last.sortKey }
            }
            entries = entries.isEmpty ? newer : Self.merge(entries, newer)
        }
        self.init(entries: entries, next: end)
    }

    /// Both in order; where both name a card, `newer` counts.
    private static func merge(_ older: [CardListEntry], _ newer: [CardListEntry]) -> [CardListEntry] {
        var merged: [CardListEntry] = []
        merged.reserveCapacity(older.count + newer.count)
        var rest = older[...]
        for entry in newer {
            while let first = rest.first, first.card.sortKey < entry.card.sortKey { merged.append(rest.removeFirst()) }
            if rest.first?.card == entry.card { rest.removeFirst() }
            merged.append(entry)
        }
        return merged + rest
    }
}

/// The lists that name a card.
public struct CardMentions: Hashable, Sendable {
    public var isOnWhiteList: Bool
    /// In the order of their names' bytes.
    public var lines: [String]
    /// On one of the lists of the platform in front of which the hub stands.
    public var isOnPlatformList: Bool

    public init(isOnWhiteList: Bool, lines: [String], isOnPlatformList: Bool = false) {
        (self.isOnWhiteList, self.lines, self.isOnPlatformList) = (isOnWhiteList, lines, isOnPlatformList)
    }

    /// - Parameter lists: `ListGeneration.line` of the lists that name the card, each once.
    public init(lists: [String]) {
        self.init(
            isOnWhiteList: lists.contains(""),
            lines: lists.filter { !$0.isEmpty && !ListSelection.isPlatformList($0) }.sorted { $0.isBefore($1) },
            isOnPlatformList: lists.contains(where: ListSelection.isPlatformList))
    }
}
