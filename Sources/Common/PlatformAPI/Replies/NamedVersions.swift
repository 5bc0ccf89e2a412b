/// The versions that a heartbeat's reply names, which the platform holds; nil for one of which it says nothing.
public struct NamedVersions: Hashable, Sendable {
    /// `version_code_all`
    public var cards: String?
    /// `version_code_add`
    public var cardIncrement: String?
    /// `line_version_code_all`
    public var lineCards: String?
    /// `version_code`
    public var keys: String?

    public init() {}

    public init(_ versions: Versions) {
        (cards, cardIncrement) = (versions.cards, versions.cardIncrement)
        (lineCards, keys) = (versions.lineCards, versions.keys)
    }
}
