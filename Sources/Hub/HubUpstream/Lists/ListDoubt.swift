import Base

/// Why a list that came from the platform is not put in force before an operator has looked at it.
enum ListDoubt: Hashable, Sendable {
    case empty(former: Int)
    /// More than a fifth of it is gone.
    case shrunk(to: Int, from: Int)

    /// Nil where the new list may take the place of the former one.
    init?(count: Int, former: Int) {
        if count == 0, former > 0 {
            self = .empty(former: former)
        } else if former - count > former / 5 {
            self = .shrunk(to: count, from: former)
        } else {
            return nil
        }
    }

    var text: String {
        switch self {
        case .empty(let former): "is empty, where \(former) cards are in force"
        case .shrunk(let count, let former): "has \(count) cards, where \(former) are in force"
        }
    }
}
