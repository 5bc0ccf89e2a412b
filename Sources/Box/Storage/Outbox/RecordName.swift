import Base

/// A tap or a position of the outbox, named so that it cannot be taken for another of another file.
public struct RecordName: Hashable, Sendable {
    public var row: Int64
    /// A tap's `logID`, a position's `requestID`.
    public var id: UniqueID

    public init(row: Int64, id: UniqueID) {
        self.row = row
        self.id = id
    }
}
