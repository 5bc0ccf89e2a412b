import Base
import Fares
import PlatformAPI

/// The box's mind: it is handed an event, the time and what the outbox holds, and returns what is to be done.
///
/// No I/O, no clock, no chance of its own. The same start, events and seed give the same effects, but for the ids in them.
/// A tap is answered only after `committed` has told that its record is durable.
///
/// Each concern is a value that owns its state; what they share, and what sets off what, is here.
public struct Validator: ~Copyable, Sendable {
    public let policy: Policy
    var tickets: TicketReader
    /// For pauses.
    var random: SeededGenerator
    /// For ids that others see.
    var ids: any UnpredictableGenerator

    /// What the platform has told the box.
    public internal(set) var state: BoxState
    /// `state` as it was last written to disk.
    var savedState: BoxState
    public internal(set) var clock: TrustedClock
    private var receivers = Receivers()
    private var doubts = ReceiverDoubts()
    /// Whether the platform answers.
    public internal(set) var link: PlatformLink

    var desk: TapDesk
    /// By reader: the chips that lie on it together.
    var chipGroups: [SourceIndex: ChipGroup] = [:]
    var downloads: Downloads
    var heartbeats: HeartbeatSchedule
    var uploads: UploadSchedule
    var readEvents: ReadEventTracker
    /// Which members of heartbeat replies were told to be odd.
    var oddities = Complaints()
    /// Who vouched for the time by which the records that nobody had vouched for were last dated.
    private var dated = ClockSource.none

    /// What a restart finds on disk.
    public struct Restored: Sendable {
        public var state = BoxState()
        public var cards = HeldList()
        public var line = HeldList()
        /// The latest taps, oldest first, for the repeat interval.
        public var recentTaps: [Tap] = []
        public var usedTickets: [UsedTicket] = []
        /// Visits that the last run did not see end, in the order in which they are to be closed; no two in one row.
        public var ongoingReadings: [OngoingReading] = []

        public init() {}
    }

    public init(
        policy: Policy, cryptography: any TicketCryptography, random: SeededGenerator, ids: any UnpredictableGenerator,
        restored: Restored,
        at moment: Moment
    ) {
        // Apart, since Swift 6.2 lets no initializer of a value that cannot be copied change it once all of it is there.
        self.init(forgetful: policy, cryptography, random, ids, restored, at: moment)
        for tap in restored.recentTaps { remember(restored: tap, at: moment) }
    }

    /// As it starts, but for the taps of before the restart.
    private init(
        forgetful policy: Policy, _ cryptography: any TicketCryptography, _ random: SeededGenerator,
        _ ids: any UnpredictableGenerator,
        _ restored: Restored, at moment: Moment
    ) {
        precondition(
            policy.sources.drop(while: \.isReader).allSatisfy { !$0.isReader }, "a reader's index in the configuration is its own"
        )
        precondition(policy.concurrency > 0, "with no upload under way at once nothing would ever arrive")
        self.policy = policy
        tickets = TicketReader(policy.tickets, cryptography)
        self.random = random
        self.ids = ids
        state = restored.state
        savedState = restored.state
        clock = TrustedClock(buildDate: policy.buildDate)
        link = PlatformLink(timeout: policy.requestTimeout)
        desk = TapDesk(policy: policy, usedTickets: restored.usedTickets, at: moment.instant)
        downloads = Downloads(cards: restored.cards, line: restored.line, policy: policy, areKeysWeak: tickets.isWeak)
        heartbeats = HeartbeatSchedule(policy: policy, at: moment.instant)
        uploads = UploadSchedule(policy: policy)
        readEvents = ReadEventTracker(sources: policy.sources, earlier: restored.ongoingReadings, at: moment.instant)
    }

    /// Takes one event that was noticed at `moment`.
    ///
    /// - Parameter outbox: what the outbox holds now, all commits of which the validator was told included. Marks that still
    ///   wait to be written are not in it: what the platform took a moment ago counts as waiting.
    /// - Returns: what is to be done, in this order.
    public mutating func handle(_ event: Event, at moment: Moment, outbox: OutboxCounts) -> [Effect] {
        precondition(outbox.records >= 0 && outbox.refused >= 0, "an outbox does not hold less than nothing")
        var effects: [Effect] = []
        switch event {
        case .card(let uid, let reader):
            if policy.sources[reader].isOneTapPerPresentation {
                presentChip(uid, to: reader, at: moment, outbox: outbox, effects: &effects)
            } else {
                presentCard(uid, to: reader, at: moment, outbox: outbox, effects: &effects)
            }
            noteRead(uid, on: reader, isEntry: true, at: moment, effects: &effects)
        case .sighting(let uid, let reader):
            // There are many of them, and whatever else is due has its timer.
            if policy.sources[reader].isOneTapPerPresentation {
                seeChip(uid, on: reader, at: moment, outbox: outbox, effects: &effects)
            }
            noteRead(uid, on: reader, isEntry: false, at: moment, effects: &effects)
            return effects
        case .readerState(let reader, let isWorking): readEvents.set(reader, isWorking: isWorking, at: moment.instant)
        case .ticket(let payload, let scanner):
            presentTicket(payload, to: scanner, at: moment, outbox: outbox, effects: &effects)
        case .fix(let fix): take(fix, at: moment, effects: &effects)
        case .receiverLost:
            receivers.lose()
            heartbeats.loseSpeed(at: moment.instant)
        case .ignition(let isOn): heartbeats.set(isIgnitionOn: isOn, at: moment.instant)
        case .committed(let rows): uploads.add(desk.answerTurn(rows: rows, effects: &effects))
        case .commitFailed(let reason): desk.refuseTurn(because: reason, effects: &effects)
        case .reply(let id, let result): take(result, of: id, at: moment, outbox: outbox, effects: &effects)
        case .backlog(let found): uploads.take(backlog: found)
        case .listBuilt(let kind, let list):
            downloads.saveBuilt(kind, list, time: clock.trusted(at: moment), effects: &effects)
        case .listSaved(let kind): downloads.adoptSaved(kind, at: moment.instant, effects: &effects)
        case .listNotSaved(let kind, let reason):
            downloads.abandonSaving(kind, because: reason, at: moment.instant, random: &random, effects: &effects)
        case .timer: break
        case .set(.roots(let roots)):
            state.roots = roots
            saveStateIfChanged(effects: &effects)
        case .set(.reportInterval(let interval)): heartbeats.set(reportInterval: interval, at: moment.instant)
        case .set(.parkedInterval(let interval)): heartbeats.set(parkedInterval: interval, at: moment.instant)
        case .download(let target, let full): downloads.force(target, full: full)
        case .retryRefused, .collectedReturned: uploads.readAgain()
        case .collected(let keys): uploads.withdraw(Set(keys))
        case .stopping:
            readEvents.stop(effects: &effects)
            return effects
        }
        proceed(at: moment, outbox: outbox, effects: &effects)
        return effects
    }

    /// When `timer` is due although nothing else happens.
    public func nextDeadline(at now: Instant) -> Instant {
        [
            desk.nextDeadline, nextRefusalDue, uploads.nextDeadline(at: now), readEvents.nextDeadline,
            downloads.nextDeadline(state),
        ]
        .reduce(heartbeats.due) { min($0, $1 ?? $0) }
    }

    // MARK: What the box knows

    /// The white and the blocked cards that are in force.
    public var cards: HeldList { downloads.cards }
    /// The cards of the bus's line that are in force.
    public var line: HeldList { downloads.line }
    /// What the box holds, as heartbeats say it.
    public var versions: Versions { downloads.versions(state) }

    /// Taps of this reader or scanner that were refused without a record since the start: too many at once, or too little room.
    public func unrecordedRefusals(of source: SourceIndex) -> Int { desk.unrecordedRefusals(of: source) }

    /// Where the bus is now; nil without a fix of the last 10 s.
    public func position(at now: Instant) -> Position? { receivers.fix(at: now)?.fix.position }

    /// The fix that counts now and when it came; without one of the last 10 s, the last report of any GPS receiver.
    public func receiverReport(at now: Instant) -> (fix: Fix, at: Instant)? { receivers.report(at: now) }

    // MARK: What every event may set off

    private mutating func proceed(at moment: Moment, outbox: OutboxCounts, effects: inout [Effect]) {
        dateOldRecords(at: moment, effects: &effects)
        decideOverdueChecks(at: moment, outbox: outbox, effects: &effects)
        recordOverdueRefusals(at: moment, outbox: outbox, effects: &effects)
        heartbeatIfDue(at: moment, effects: &effects)
        if let content = downloads.startIfDue(state, at: moment.instant) { ask(content, at: moment, effects: &effects) }
        uploadWhatMayGo(at: moment, effects: &effects)
        readEvents.work(at: moment.instant, effects: &effects)
    }

    /// Records are dated once there is a time at all, and again when the receiver or the server vouches for one: a system clock
    /// without a battery shows when the box was last switched off.
    private mutating func dateOldRecords(at moment: Moment, effects: inout [Effect]) {
        let (wall, source) = clock.reading(at: moment)
        guard source > dated, dated < .server else { return }
        dated = source
        effects.append(.correctTimes(at: moment.instant, wall: wall, source: source))
    }

    /// False while the next heartbeat's reply may bring a better time than records have now.
    var isTimeKnown: Bool { dated >= .server || dated == .system && heartbeats.isAnswered }

    private mutating func take(_ report: Fix, at moment: Moment, effects: inout [Effect]) {
        let now = moment.instant
        switch receivers.take(report, at: now) {
        case .counts(let fix): use(fix, at: now, effects: &effects)
        case .repeated(let since) where now - since > Limits.fixAge:
            doubts.doubtRepetition(by: report.receiver, at: now, effects: &effects)
        case .invented: doubts.doubtInvention(by: report.receiver, at: now, effects: &effects)
        // A receiver without a fix may show the time of its own weak clock.
        case .ignored, .repeated: break
        }
    }

    private mutating func use(_ fix: Fix, at now: Instant, effects: inout [Effect]) {
        if let speed = fix.position?.speedKilometresPerHour { heartbeats.take(speedKilometresPerHour: speed, at: now) }
        guard let time = fix.time else { return }
        switch clock.learn(time, from: .gps, at: now) {
        case .doubted(let doubt): doubts.doubt(time, doubt, at: now, effects: &effects)
        case .taken, .outranked: doubts.end()
        }
    }

    private mutating func take(
        _ result: Result<PlatformReply, ExchangeFailure>, of id: ExchangeID, at moment: Moment, outbox: OutboxCounts,
        effects: inout [Effect]
    ) {
        let purpose = link.end(id, result, at: moment.instant, effects: &effects)
        // Any reply shows that the link works.
        if case .success = result { uploads.linkWorks() }
        switch purpose {
        case .heartbeat(let record): finishHeartbeat(record, result, at: moment, effects: &effects)
        case .check, .platformCodeCheck: finishCheck(id, result, at: moment, outbox: outbox, effects: &effects)
        case .upload: finishUpload(id, result, at: moment, effects: &effects)
        case .download: finishDownload(result, at: moment, effects: &effects)
        }
    }

    // MARK: Lists and keys

    private mutating func finishDownload(
        _ result: Result<PlatformReply, ExchangeFailure>, at moment: Moment, effects: inout [Effect]
    ) {
        let next = downloads.take(
            result, &state, at: moment.instant, time: clock.trusted(at: moment), random: &random, effects: &effects)
        // Keys are part of it.
        saveStateIfChanged(effects: &effects)
        if let next { ask(next, at: moment, effects: &effects) }
    }

    /// Sends a download's request.
    private mutating func ask(_ content: PlatformRequest.Content, at moment: Moment, effects: inout [Effect]) {
        let timeout =
            switch content {
            case .fullCardList, .cardIncrement, .lineCardList: policy.listTimeout
            case .heartbeat, .check, .log, .keys, .token: policy.requestTimeout
            }
        _ = link.send(content, as: newID(at: moment), for: .download, timeout: timeout, effects: &effects)
    }

    // MARK: Small things shared by the extensions

    mutating func newID(at moment: Moment) -> UniqueID {
        .version7(at: clock.reading(at: moment).wall, using: &ids)
    }

    func stamp(at moment: Moment) -> Stamp {
        let (wall, source) = clock.reading(at: moment)
        return Stamp(instant: moment.instant, boot: policy.boot, wall: wall, source: source)
    }
}
