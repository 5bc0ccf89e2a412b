import Base

/// When each connection's heart beats next. All beat at the same interval, so the queue is in order by itself.
struct HeartbeatQueue {
    private struct Beat {
        var connection: ClientID
        var due: Instant
    }

    /// Those of connections that are gone lie among the others until they are due, or in the majority.
    private var beats: ArraySlice<Beat> = []

    var nextDue: Instant? { beats.first?.due }

    /// `due` must not be earlier than any before. `isOpen` tells which connections are still there.
    mutating func append(_ connection: ClientID, due: Instant, openCount: Int, isOpen: (ClientID) -> Bool) {
        if beats.count > 64 + 2 * openCount { beats.removeAll { !isOpen($0.connection) } }
        beats.append(Beat(connection: connection, due: due))
    }

    /// The next connection whose time has come.
    mutating func popDue(at now: Instant) -> ClientID? {
        guard let first = beats.first, first.due <= now else { return nil }
        beats.removeFirst()
        return first.connection
    }
}
