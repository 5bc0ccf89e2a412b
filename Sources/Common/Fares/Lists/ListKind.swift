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
