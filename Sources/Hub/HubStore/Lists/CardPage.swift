import Fares

/// A piece of a list, in the order of the cards' digits.
public struct CardPage: Hashable, Sendable {
    public var entries: [CardListEntry]
    /// Behind which the next page begins; nil on the last page.
    public var next: CardNumber?

    public init(entries: [CardListEntry], next: CardNumber?) {
        (self.entries, self.next) = (entries, next)
    }
}

/// The lists that name a card.
public struct CardMentions: Hashable, Sendable {
    public var isOnWhiteList: Bool
    /// In the order of their names' bytes.
    public var lines: [String]

    public init(isOnWhiteList: Bool, lines: [String]) {
        (self.isOnWhiteList, self.lines) = (isOnWhiteList, lines)
    }
}
