import Base

/// Which list a device asked for.
public enum ListSelection: Hashable, Sendable {
    /// Every card of the white list.
    case cards
    /// What changed in the white list since the full list.
    case cardIncrement
    /// Nil for a device on no line: an empty list.
    case line(String?)
    /// The platform's white list of an enterprise, in front of a platform.
    case enterpriseCards(enterpriseID: String)
    /// What changed in it since the full list.
    case enterpriseIncrement(enterpriseID: String)
    /// The platform's list of the line that a device runs on, in front of a platform: only the platform knows the line.
    case deviceLine(deviceID: String)

    /// Whether the platform makes it, in front of which this hub stands.
    public var isPlatforms: Bool {
        switch self {
        case .cards, .cardIncrement, .line: false
        case .enterpriseCards, .enterpriseIncrement, .deviceLine: true
        }
    }
}
