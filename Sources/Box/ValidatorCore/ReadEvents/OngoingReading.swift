import Base

/// A card's visit that has not ended, as the outbox keeps it so that the next start can end it.
public struct OngoingReading: Hashable, Sendable {
    /// Its row, 0..<`Limits.ongoingReadings`; free for another once this one is closed.
    public var row: Int
    public var id: UniqueID
    public var tid: [UInt8]
    /// The reader's `id` in the configuration, which another start may number otherwise.
    public var reader: String
    public var firstRead: WallTime
    /// As it was last noted: while the visit goes on, seconds older than the truth.
    public var lastRead: WallTime
    /// As it was when the visit began.
    public var timeout: Duration

    public init(
        row: Int, id: UniqueID, tid: [UInt8], reader: String, firstRead: WallTime, lastRead: WallTime, timeout: Duration
    ) {
        self.row = row
        self.id = id
        self.tid = tid
        self.reader = reader
        self.firstRead = firstRead
        self.lastRead = lastRead
        self.timeout = timeout
    }
}
