import PlatformAPI

/// A list that a device holds under a version of its own. Raw values are the names in metrics and listings.
public enum DeviceList: String, CaseIterable, Sendable {
    /// The whole white list.
    case cards
    /// What changed in the white list since.
    case increment
    /// The list of the device's line.
    case line
}

extension ListSelection {
    /// Which of the lists, whatever line.
    public var list: DeviceList {
        switch self {
        case .cards, .enterpriseCards: .cards
        case .cardIncrement, .enterpriseIncrement: .increment
        case .line, .deviceLine: .line
        }
    }
}

extension Versions {
    public subscript(list: DeviceList) -> String {
        get {
            switch list {
            case .cards: cards
            case .increment: cardIncrement
            case .line: lineCards
            }
        }
        set {
            switch list {
            case .cards: cards = newValue
            case .increment: cardIncrement = newValue
            case .line: lineCards = newValue
            }
        }
    }
}
