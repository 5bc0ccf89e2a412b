import Base

/// Which list a device asked for.
enum ListSelection: Hashable, Sendable {
    case cards
    case cardIncrement
    /// Nil for a device on no line: an empty list.
    case line(String?)
}
