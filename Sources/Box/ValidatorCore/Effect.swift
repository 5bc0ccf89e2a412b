import Base
import Fares
import PlatformAPI
import ReadEvents

/// What the validator wants done. The program carries effects out in their order.
public enum Effect: Sendable {
    /// Part of this turn's commit, after which `committed` or `commitFailed` is due.
    case store(Tap)
    /// Light, sound and log line. Comes only when the record is durable, or without one when out of service
    /// or when there are too many refusals.
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

extension [Effect] {
    /// Has a line written to the log.
    mutating func tell(_ level: Notice.Level, _ text: String) { append(.notice(Notice(level, text))) }
}
