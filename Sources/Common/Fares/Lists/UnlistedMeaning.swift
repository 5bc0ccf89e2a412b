/// What `flag` 0 means (reading 8).
public enum UnlistedMeaning: String, CaseIterable, Sendable {
    /// On the black list.
    case blocked = "block"
    /// Merely taken off; always so on a line list.
    case removed = "remove"
}
