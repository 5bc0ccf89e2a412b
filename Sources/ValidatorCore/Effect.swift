/// What the validator wants done. The program carries effects out in their order.
public enum Effect: Sendable {
    /// Part of this turn's commit, after which `committed` or `commitFailed` is due.
    case store(Tap)
    /// Light, sound and log line. Comes only when the record is durable, or without one when out of service.
    case answer(Answer)

    /// Its outcome comes back as `reply`, exactly once.
    case send(ExchangeID, PlatformRequest)

    /// Durable soon; what is lost at a power cut, the next heartbeat brings again.
    case saveState(BoxState)

    /// Build the tables in slices of at most 2 ms a turn, on top of `base` for an increment, then report `listBuilt`.
    case buildList(ListKind, CardListBuilder, base: CardList?)
    /// Write aside, sync, rename; then report `listSaved`.
    case saveList(ListKind, HeldList)
    /// `entries` as rows beside the snapshot, or the whole list where there are too many; then report `listSaved`.
    case saveIncrement(ListKind, HeldList, entries: [CardListEntry])

    case outbox(OutboxChange)
    /// Tell those who subscribed, in this order. What is from an earlier run happened before anybody could connect to this one:
    /// it is to be kept for those who come late.
    case publish([ReadEvent], isFromEarlierRun: Bool)
    /// Report the oldest `limit` uploads behind the last ones loaded; from the start when `fromStart`.
    case loadBacklog(limit: Int, fromStart: Bool)

    /// The calendar is known now, or known better: date the records of this boot for which neither the receiver nor the server
    /// vouched. `wall` is what `at` was.
    case correctTimes(at: Instant, wall: WallTime, source: ClockSource)

    case notice(Notice)
}

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

/// What the rider gets, and what the log says of it.
public struct Answer: Hashable, Sendable {
    public var source: SourceIndex
    public var subject: Subject
    public var isGreen: Bool
    public var outcome: Outcome
    public var reason: Reason
    public var mode: DecisionMode
    /// `req_id` of the record's log; of the first tap's when repeated; nil when out of service.
    public var record: UniqueID?
    /// The platform's voice; 0: our own prompt.
    public var soundNumber: Int
    /// The platform's `ret_msg` for the rider; empty when it said nothing.
    public var message: String
    /// When the tap was noticed.
    public var received: Instant

    public init(
        source: SourceIndex, subject: Subject, isGreen: Bool, outcome: Outcome, reason: Reason, mode: DecisionMode,
        record: UniqueID?, soundNumber: Int = 0, message: String = "", received: Instant
    ) {
        self.source = source
        self.subject = subject
        self.isGreen = isGreen
        self.outcome = outcome
        self.reason = reason
        self.mode = mode
        self.record = record
        self.soundNumber = soundNumber
        self.message = message
        self.received = received
    }
}

/// A line for the log: what happened and what to do about it.
public struct Notice: Hashable, Sendable {
    public enum Level: Int, Sendable { case info, warning, error }
    public var level: Level
    public var text: String

    public init(_ level: Level, _ text: String) {
        self.level = level
        self.text = text
    }
}
