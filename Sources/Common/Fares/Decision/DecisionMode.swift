/// How a decision came about.
public enum DecisionMode: Int, Sendable {
    case offline = 0
    case online = 1
    /// Asked the platform, got no usable reply in time, decided offline.
    case fallback = 2

    public var name: String {
        switch self {
        case .offline: "offline"
        case .online: "online"
        case .fallback: "fallback"
        }
    }
}
