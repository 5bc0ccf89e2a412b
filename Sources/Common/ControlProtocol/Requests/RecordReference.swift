import Base

/// A tap or a position of the outbox, named so that it cannot be taken for another of another file.
public struct RecordReference: Hashable, Sendable {
    public var row: Int64
    /// A tap's `log_id`, a position's `request_id`.
    public var id: UniqueID

    public init(row: Int64, id: UniqueID) {
        self.row = row
        self.id = id
    }
}
