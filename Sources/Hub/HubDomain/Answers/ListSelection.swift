import Base

/// Which list a device asked for.
public enum ListSelection: Hashable, Sendable {
    /// Every card of the white list.
    case cards
    /// What changed in the white list since the full list.
    case cardIncrement
    /// Nil for a device on no line: an empty list.
    case line(String?)
}
