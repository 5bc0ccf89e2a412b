import Fares

/// What is fetched from the platform beside its replies to heartbeats, in the order in which it is fetched.
enum Download: Int, CaseIterable, Sendable {
    case fullCards, cardIncrement, lineCards, keys

    /// For notices.
    var name: String {
        switch self {
        case .fullCards: "full card list"
        case .cardIncrement: "card list increment"
        case .lineCards: "line card list"
        case .keys: "ticket keys"
        }
    }

    /// The list that it brings or changes; nil for keys.
    var list: ListKind? {
        switch self {
        case .fullCards, .cardIncrement: .cards
        case .lineCards: .line
        case .keys: nil
        }
    }
}
