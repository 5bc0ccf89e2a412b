/// A list as it is asked: who may ride, and who is blocked. No card is on both.
public struct CardList: Sendable {
    public var white: CardSet
    public var blocked: CardSet

    public init(white: CardSet = CardSet(), blocked: CardSet = CardSet()) {
        self.white = white
        self.blocked = blocked
    }

    public var count: Int { white.count + blocked.count }
}

/// One row of a list: `flag` 1 is on the list, `flag` 0 is not.
public struct CardListEntry: Hashable, Sendable {
    public var card: CardNumber
    public var isListed: Bool

    public init(card: CardNumber, isListed: Bool) {
        self.card = card
        self.isListed = isListed
    }
}

/// What `flag` 0 means (reading 8).
public enum UnlistedMeaning: String, CaseIterable, Sendable {
    /// On the black list.
    case blocked = "block"
    /// Merely taken off; always so on a line list.
    case removed = "remove"
}
