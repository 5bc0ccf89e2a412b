import Base
import Fares
import PlatformAPI

/// The box's mind: it is handed an event and the time and returns what is to be done.
///
/// No I/O, no clock, no chance of its own. The same start, events and seed give the same effects.
/// A tap is answered only after `committed` has told that its record is durable.
public struct Validator: Sendable {
    public let policy: Policy
    let codec: any TicketCodec
    var random: SeededGenerator

    public internal(set) var state: BoxState
    /// `state` as it was last written to disk.
    var savedState: BoxState
    public internal(set) var cards: HeldList
    public internal(set) var line: HeldList
    public internal(set) var clock: TrustedClock
    /// Adjustable while running; starts as the configuration says.
    public internal(set) var reportInterval: Duration
    /// The same of a parked bus; see `Policy`.
    public internal(set) var parkedInterval: Duration
    /// Uploads of taps that wait in the outbox.
    public internal(set) var records: Int
    /// Uploads that the platform refused for good.
    public internal(set) var refused: Int
    /// Nil before the first exchange.
    public internal(set) var isPlatformReachable: Bool?
    /// The receiver's last report and when it came.
    public internal(set) var lastFix: (fix: Fix, at: Instant)?

    /// What was last told of a platform that does not do as it should.
    private var complaint: (text: String, at: Instant)?
    /// When the last exchange ended, however it did.
    var lastExchangeEnd: Instant?
    var breaker = CircuitBreaker()
    var latePositions = LatePositions()
    var parking: ParkingWatch
    var repeatGuard = RepeatGuard()
    var usedTickets: UsedTickets
    var plan = SyncPlan()
    var tokens: TokenKeeper
    var uploads: UploadSchedule
    var sync = SyncStage.idle
    var readEvents: ReadEventTracker
    var exchanges: [ExchangeID: Purpose] = [:]
    var checks: [ExchangeID: OnlineCheck] = [:]
    /// Taps of this turn, stored and not yet known to be durable.
    var turn: [PendingTap] = []
    var nextHeartbeat: Instant
    var isHeartbeatInFlight = false
    private var nextExchange: UInt64 = 1
    /// Who vouched for the time by which the records that nobody had vouched for were last dated.
    private var dated = ClockSource.none
    /// Whether the platform has said anything to a heartbeat, be it a refusal.
    var isHeartbeatAnswered = false
    var hasHeartbeatSucceeded = false
    var effects: [Effect] = []

    /// What an exchange was for, but for uploads, which `uploads` remembers.
    enum Purpose {
        case heartbeat(PositionRecord)
        case check
        case upload
        case download
        case token

        var isHeartbeat: Bool {
            if case .heartbeat = self { true } else { false }
        }
    }

    /// What a restart finds on disk.
    public struct Restored: Sendable {
        public var state = BoxState()
        public var cards = HeldList()
        public var line = HeldList()
        /// The latest taps, oldest first, for the repeat interval.
        public var recentTaps: [Tap] = []
        public var usedTickets: [UsedTicket] = []
        public var records = 0
        public var refused = 0
        /// Visits that the last run did not see end, in the order in which they are to be closed; no two in one row.
        public var ongoingReadings: [OngoingReading] = []

        public init() {}
    }

    public init(policy: Policy, codec: any TicketCodec, random: SeededGenerator, restored: Restored, at moment: Moment) {
        self.policy = policy
        self.codec = codec
        self.random = random
        state = restored.state
        savedState = restored.state
        cards = restored.cards
        line = restored.line
        records = restored.records
        refused = restored.refused
        reportInterval = policy.reportInterval
        parkedInterval = policy.parkedInterval
        parking = ParkingWatch(after: policy.parkedAfter)
        clock = TrustedClock(buildDate: policy.buildDate)
        tokens = TokenKeeper(kind: policy.token)
        uploads = UploadSchedule(policy: policy)
        usedTickets = UsedTickets(restored.usedTickets)
        readEvents = ReadEventTracker(sources: policy.sources, earlier: restored.ongoingReadings, at: moment.instant)
        nextHeartbeat = moment.instant
        for tap in restored.recentTaps { remember(restored: tap, at: moment) }
    }

    /// Takes one event that was noticed at `moment`. The effects are to be carried out in their order.
    public mutating func handle(_ event: Event, at moment: Moment) -> [Effect] {
        defer { effects = [] }
        switch event {
        case .card(let uid, let reader):
            presentCard(uid, to: reader, at: moment)
            noteRead(uid, on: reader, isEntry: true, at: moment)
        case .sighting(let uid, let reader):
            // There are many of them, and whatever else is due has its timer.
            noteRead(uid, on: reader, isEntry: false, at: moment)
            return effects
        case .readerState(let reader, let isWorking): readEvents.set(reader, isWorking: isWorking, at: moment.instant)
        case .ticket(let payload, let scanner): presentTicket(payload, to: scanner, at: moment)
        case .fix(let fix): take(fix, at: moment)
        case .receiverLost:
            lastFix = nil
            parking.lose(at: moment.instant)
        case .ignition(let isOn): changeParking(at: moment.instant) { $0.set(isIgnitionOn: isOn) }
        case .committed(let rows): answerTurn(rows: rows)
        case .commitFailed(let reason): refuseTurn(because: reason)
        case .reply(let id, let result): take(result, of: id, at: moment)
        case .backlog(let found): uploads.take(backlog: found)
        case .listBuilt(let kind, let list): saveBuilt(kind, list, at: moment)
        case .listSaved(let kind): adoptSaved(kind, at: moment)
        case .listNotSaved(let kind, let reason): abandonDownload("\(kind.name) list not saved: \(reason)", at: moment)
        case .timer: break
        case .set(.reportInterval(let interval)):
            reportInterval = interval
            nextHeartbeat = min(nextHeartbeat, moment.instant + heartbeatInterval(at: moment.instant))
        case .set(.parkedInterval(let interval)):
            parkedInterval = interval
            nextHeartbeat = min(nextHeartbeat, moment.instant + heartbeatInterval(at: moment.instant))
        case .synchronise(let target, let full): force(target, full: full)
        case .retryRefused:
            records += refused
            refused = 0
            uploads.readAgain()
        case .collected(let keys, let refusedRecords):
            uploads.withdraw(Set(keys))
            records -= keys.count(where: \.isOfTap)
            refused -= refusedRecords
        case .collectedReturned(let count):
            records += count
            uploads.readAgain()
        case .stopping:
            readEvents.stop(effects: &effects)
            return effects
        }
        proceed(at: moment)
        return effects
    }

    /// When `timer` is due although nothing else happens.
    public func nextDeadline(at now: Instant) -> Instant {
        var deadline = nextHeartbeat
        for check in checks.values { deadline = min(deadline, check.deadline) }
        if let upload = uploads.nextDeadline(at: now) { deadline = min(deadline, upload) }
        if let readEvent = readEvents.nextDeadline { deadline = min(deadline, readEvent) }
        if case .idle = sync, let download = plan.nextDeadline(held: versions) { deadline = min(deadline, download) }
        return deadline
    }

    /// What the box holds, as heartbeats say it.
    public var versions: Versions {
        var versions = Versions()
        versions.cards = cards.version
        versions.cardIncrement = cards.incrementVersion
        versions.lineCards = line.version
        versions.keys = state.keys.current?.version ?? "0"
        return versions
    }

    /// Where the bus is now; nil without a fix of the last 10 s.
    public func position(at now: Instant) -> Position? {
        guard let lastFix, now - lastFix.at <= Limits.fixAge else { return nil }
        return lastFix.fix.position
    }

    // MARK: What every event may set off

    private mutating func proceed(at moment: Moment) {
        dateOldRecords(at: moment)
        decideOverdueChecks(at: moment)
        heartbeatIfDue(at: moment)
        downloadIfDue(at: moment)
        uploadWhatMayGo(at: moment)
        readEvents.work(at: moment.instant, effects: &effects)
    }

    /// Records are dated once there is a time at all, and again when the receiver or the server vouches for one: a system clock
    /// without a battery shows when the box was last switched off.
    private mutating func dateOldRecords(at moment: Moment) {
        let (wall, source) = clock.reading(at: moment)
        guard source > dated, dated < .server else { return }
        dated = source
        effects.append(.correctTimes(at: moment.instant, wall: wall, source: source))
    }

    /// False while the next heartbeat's reply may bring a better time than records have now.
    var isTimeKnown: Bool { dated >= .server || dated == .system && isHeartbeatAnswered }

    private mutating func take(_ fix: Fix, at moment: Moment) {
        lastFix = (fix, moment.instant)
        let speed = fix.quality == .none ? nil : fix.position?.speedKilometresPerHour
        changeParking(at: moment.instant) { $0.take(speedKilometresPerHour: speed, at: moment.instant) }
        // A receiver without a fix may show the time of its own weak clock.
        if let time = fix.time, fix.quality != .none { clock.learn(time, from: .gps, at: moment.instant) }
    }

    private mutating func take(_ result: Result<PlatformReply, ExchangeFailure>, of id: ExchangeID, at moment: Moment) {
        guard let purpose = exchanges.removeValue(forKey: id) else { return }
        lastExchangeEnd = moment.instant
        switch result {
        case .success:
            if isPlatformReachable == false {
                notice(.info, "platform answers again")
                complaint = nil
            }
            isPlatformReachable = true
            uploads.linkWorks()
        case .failure(let failure) where failure.isOfLink || purpose.isHeartbeat:
            isPlatformReachable = false
            complain("platform does not answer: \(failure.text); going on offline, records are kept", at: moment.instant)
        case .failure: break
        }
        switch purpose {
        case .heartbeat(let record): finishHeartbeat(record, result, at: moment)
        case .check: finishCheck(id, result, at: moment)
        case .upload: finishUpload(id, result, at: moment)
        case .download: finishDownload(result, at: moment)
        case .token: finishToken(result, at: moment)
        }
    }

    // MARK: Small things shared by the extensions

    mutating func send(_ content: PlatformRequest.Content, as requestID: UniqueID, for purpose: Purpose, timeout: Duration? = nil)
        -> ExchangeID
    {
        let id = ExchangeID(number: nextExchange)
        nextExchange += 1
        exchanges[id] = purpose
        effects.append(
            .send(id, PlatformRequest(requestID: requestID, content: content, timeout: timeout ?? policy.requestTimeout)))
        return id
    }

    mutating func newID(at moment: Moment) -> UniqueID {
        .version7(at: clock.reading(at: moment).wall, using: &random)
    }

    func stamp(at moment: Moment) -> Stamp {
        let (wall, source) = clock.reading(at: moment)
        return Stamp(instant: moment.instant, boot: policy.boot, wall: wall, source: source)
    }

    /// What is wrong with the platform, which each exchange finds anew; told again when it is something else, but not always.
    mutating func complain(_ text: String, at now: Instant) {
        if let complaint, now - complaint.at < (complaint.text == text ? Limits.sameComplaint : Limits.otherComplaint) { return }
        complaint = (text, now)
        notice(.warning, text)
    }

    mutating func notice(_ level: Notice.Level, _ text: String) {
        effects.append(.notice(Notice(level, text)))
    }
}
