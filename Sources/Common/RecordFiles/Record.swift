import JSON

/// A record of a box's outbox, as the control socket tells it and carried files hold it.
public enum Record: Hashable, Sendable {
    case tap(RecordedTap)
    case position(RecordedPosition)

    /// Nil when it is of no kind that this release knows, or lacks what its kind must have.
    public init?(_ json: JSONValue) {
        switch json["kind"] {
        case "tap":
            guard let tap = RecordedTap(json) else { return nil }
            self = .tap(tap)
        case "position":
            guard let position = RecordedPosition(json) else { return nil }
            self = .position(position)
        default: return nil
        }
    }

    public var json: JSONValue {
        switch self {
        case .tap(let tap): tap.json
        case .position(let position): position.json
        }
    }
}
