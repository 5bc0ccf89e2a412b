/// What the platform told the box and a restart must not forget; small, saved whole.
public struct BoxState: Hashable, Sendable {
    public var modes = Modes()
    public var window: ServiceWindow?
    public var keys = KeyRing()
    /// `enterprise_id` as the last heartbeat reply named it.
    public var enterpriseID: String?

    public init() {}
}

/// The two card lists that a box holds.
public enum ListKind: Int, CaseIterable, Sendable {
    /// `get_card_list`: white and blocked cards.
    case cards = 0
    /// `get_line_card_list`: the cards of the bus's line.
    case line = 1

    public var name: String {
        switch self {
        case .cards: "cards"
        case .line: "line"
        }
    }
}

/// A card list as it is kept: the table, its versions, and the moment that it was adopted.
public struct HeldList: Sendable {
    public var version = "0"
    /// `version_code_add`; stays `"0"` on a line list.
    public var incrementVersion = "0"
    /// Nil before any list, or when no clock was trusted.
    public var adopted: WallTime?
    public var cards = CardList()

    public init() {}

    public init(version: String, incrementVersion: String = "0", adopted: WallTime?, cards: CardList) {
        self.version = version
        self.incrementVersion = incrementVersion
        self.adopted = adopted
        self.cards = cards
    }
}
