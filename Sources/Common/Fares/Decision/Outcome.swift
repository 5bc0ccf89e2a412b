/// What the rider sees.
public enum Outcome: Int, Sendable {
    case refused = 0
    case accepted = 1
    /// The same card again within the repeat interval: the colour of the first tap, no second record.
    case repeated = 2

    public var name: String {
        switch self {
        case .refused: "refused"
        case .accepted: "accepted"
        case .repeated: "repeated"
        }
    }
}
