import JSON

/// Asks that this box serve no more, since all that it is and has lies on a technician's stick.
nonisolated struct HandoverRequest: Hashable, Sendable {
    /// The identity's file on the stick, and its checksum.
    var file: String
    var checksum: String
    /// The rows of the last tap and the last position that are on the stick; 0: none is.
    var lastTap: Int64
    var lastPosition: Int64
}
