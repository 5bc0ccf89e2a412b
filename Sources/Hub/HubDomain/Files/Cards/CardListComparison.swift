import Fares

/// How a list would become another one by an import.
public struct CardListChanges: Hashable, Sendable {
    public var added = 0
    public var removed = 0
    /// Cards whose flag becomes the other one.
    public var changed = 0
    /// Cards that stay as they are, in the file or not.
    public var unchanged = 0

    public init(added: Int = 0, removed: Int = 0, changed: Int = 0, unchanged: Int = 0) {
        (self.added, self.removed, self.changed, self.unchanged) = (added, removed, changed, unchanged)
    }

    /// On the list as it is.
    public var cardsBefore: Int { removed + changed + unchanged }
    /// On the list after the import.
    public var cardsAfter: Int { added + changed + unchanged }
}

/// Holds a file's cards against the list in force, of which it is told card by card.
public struct CardListComparison: Sendable {
    private let isReplacing: Bool
    private var file: SortedCards.Iterator
    private var next: CardListEntry?
    private var changes = CardListChanges()
    private var last: CardNumber?

    /// - Parameter isReplacing: whether the file's cards come in the place of the list, or are added to it.
    public init(_ file: SortedCards, isReplacing: Bool) {
        self.isReplacing = isReplacing
        self.file = file.makeIterator()
        next = self.file.next()
    }

    /// The list's next card, in the order of the numbers.
    public mutating func take(_ present: CardListEntry) {
        precondition(last.map { $0 < present.card } ?? true, "cards out of order")
        last = present.card
        while let entry = next, entry.card < present.card {
            changes.added += 1
            next = file.next()
        }
        if let entry = next, entry.card == present.card {
            if entry.isListed == present.isListed { changes.unchanged += 1 } else { changes.changed += 1 }
            next = file.next()
        } else if isReplacing {
            changes.removed += 1
        } else {
            changes.unchanged += 1
        }
    }

    /// After the list's last card.
    public mutating func finish() -> CardListChanges {
        while next != nil {
            changes.added += 1
            next = file.next()
        }
        return changes
    }
}
