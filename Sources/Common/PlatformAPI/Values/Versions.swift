/// The versions of what the box holds, as it echoes them in heartbeats. `"0"` before any.
public struct Versions: Hashable, Sendable {
    /// `version_code_all`
    public var cards = "0"
    /// `version_code_add`
    public var cardIncrement = "0"
    /// `line_version_code_all`
    public var lineCards = "0"
    /// `version_code`
    public var keys = "0"

    public init() {}
}
