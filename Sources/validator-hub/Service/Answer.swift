import ValidatorCore

/// What a request is answered once everything that it changed is on disk.
enum Answer: Sendable {
    /// A finished reply.
    case reply([UInt8])
    /// A list, which may be long.
    case list(ListSelection, enterpriseID: String)
}

/// Which list a device asked for.
enum ListSelection: Hashable, Sendable {
    case cards
    case cardIncrement
    /// Nil for a device on no line: an empty list.
    case line(String?)
}
