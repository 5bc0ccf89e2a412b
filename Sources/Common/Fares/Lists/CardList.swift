/// A list as it is asked: who may ride, and who is blocked. No card is on both.
public struct CardList: Sendable {
    public var white: CardSet
    public var blocked: CardSet

    public init(white: CardSet = CardSet(), blocked: CardSet = CardSet()) {
        self.white = white
        self.blocked = blocked
    }

    public var count: Int { white.count + blocked.count }

    /// Of memory.
    public var byteCount: Int { white.byteCount + blocked.byteCount }
}
