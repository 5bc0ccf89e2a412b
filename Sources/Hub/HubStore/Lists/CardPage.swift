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
