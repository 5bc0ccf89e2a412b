/// One row of a list: `flag` 1 is on the list, `flag` 0 is not.
public struct CardListEntry: Hashable, Sendable {
    public var card: CardNumber
    public var isListed: Bool

    public init(card: CardNumber, isListed: Bool) {
        self.card = card
        self.isListed = isListed
    }
}
