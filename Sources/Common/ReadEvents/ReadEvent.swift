import Base

/// What a subscriber of read events is told: a card's visit to a reader begins, is over, or one single read.
public struct ReadEvent: Hashable, Sendable {
    /// `readEventType` of the read-event interface, with its numbers.
    public enum Kind: Int, Sendable {
        /// A card is read that this reader had not seen for its read-event timeout: a visit begins.
        case firstRead = 0
        /// The timeout has passed since the last read: the visit is over.
        case readTimeout = 1
        /// One read, on a reader whose timeout is 0.
        case read = 2
    }

    public var kind: Kind
    /// The same in a visit's `firstRead` and its `readTimeout`.
    public var id: UniqueID
    /// The card's TID, EPC or UID as the reader reports it, most significant byte first.
    public var tid: [UInt8]
    public var reader: SourceIndex
    /// The best known calendar at the first read. It is not corrected when a better one becomes known later: the interface has
    /// no field that would tell the two apart, and both events of a visit must name the same time.
    public var firstRead: WallTime
    /// `firstRead` and the time between the two reads by the monotonic clock, so that a step of the calendar leaves the
    /// duration right.
    public var lastRead: WallTime
    /// The reader's read-event timeout when the visit began.
    public var timeout: Duration

    public init(
        kind: Kind, id: UniqueID, tid: [UInt8], reader: SourceIndex, firstRead: WallTime, lastRead: WallTime, timeout: Duration
    ) {
        self.kind = kind
        self.id = id
        self.tid = tid
        self.reader = reader
        self.firstRead = firstRead
        self.lastRead = lastRead
        self.timeout = timeout
    }

    /// `eventDuration`.
    public var duration: Duration { lastRead - firstRead }
    /// `isOngoing`.
    public var isOngoing: Bool { kind == .firstRead }
}
