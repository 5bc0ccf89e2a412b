import Base

/// A change to the outbox that may wait for the next commit: losing it costs a repeated upload under the same `req_id`, or a
/// read event that the next start closes late, again or not at all.
public enum OutboxChange: Hashable, Sendable {
    /// The platform has it: forget it.
    case delivered(UploadKey)
    /// Refused, to be tried again; the count outlives a restart.
    case refusedOnce(UploadKey)
    /// Refused for good: kept apart, visible and exportable.
    case refused(UploadKey, code: Int, message: String)
    case position(PositionRecord)

    /// Takes the place of whatever is in its row.
    case readingOpened(OngoingReading)
    case readingSeen(row: Int, lastRead: WallTime)
    case readingClosed(row: Int)
}
