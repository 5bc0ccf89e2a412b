import HubDomain

/// What the platform has for all devices of an enterprise, or for one, beside its replies to heartbeats.
enum ListItem: Hashable, Sendable {
    case cards(enterprise: String)
    case increment(enterprise: String)
    case line(device: String)
    case keys(enterprise: String)

    /// For notices and metrics.
    var label: String {
        switch self {
        case .cards: "cards"
        case .increment: "increment"
        case .line: "line"
        case .keys: "keys"
        }
    }

    /// Whose it is, for notices.
    var owner: String {
        switch self {
        case .cards(let id), .increment(let id), .keys(let id): id
        case .line(let id): id
        }
    }

    /// Nil for keys, which are no list.
    var selection: ListSelection? {
        switch self {
        case .cards(let id): .enterpriseCards(enterpriseID: id)
        case .increment(let id): .enterpriseIncrement(enterpriseID: id)
        case .line(let id): .deviceLine(deviceID: id)
        case .keys: nil
        }
    }
}
