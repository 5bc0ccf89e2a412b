import Base
import Fares

/// A card list as it is kept: the table, its versions, and the moment that it was adopted.
public struct HeldList: Sendable {
    public var version = "0"
    /// `version_code_add`; stays `"0"` on a line list.
    public var incrementVersion = "0"
    /// Nil before any list, or when no clock was trusted.
    public var adopted: WallTime?
    public var cards = CardList()

    /// False before any list.
    public var isLoaded: Bool { version != "0" || incrementVersion != "0" || cards.count > 0 }

    public init() {}

    public init(version: String, incrementVersion: String = "0", adopted: WallTime?, cards: CardList) {
        self.version = version
        self.incrementVersion = incrementVersion
        self.adopted = adopted
        self.cards = cards
    }
}
