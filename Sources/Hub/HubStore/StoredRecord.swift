import Base
import HubDomain

/// A record and its place in the store.
public struct StoredRecord: Hashable, Sendable {
    public var row: Int64
    public var record: TapRecord

    public init(row: Int64, record: TapRecord) {
        (self.row, self.record) = (row, record)
    }

    public var cursor: RecordCursor { RecordCursor(received: record.received, row: row) }
}

/// A place in the order in which records arrived.
public struct RecordCursor: Hashable, Sendable {
    public var received: WallTime
    public var row: Int64

    public init(received: WallTime, row: Int64) {
        (self.received, self.row) = (received, row)
    }
}

/// What became of a slice of records that was looked at for a name.
public struct RenamedSlice: Hashable, Sendable {
    /// The last that was looked at.
    public var last: RecordCursor
    /// How many got another name.
    public var count: Int

    public init(last: RecordCursor, count: Int) {
        (self.last, self.count) = (last, count)
    }
}
