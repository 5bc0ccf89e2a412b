import Base
import HubDomain
import HubServices
import HubStore
import Kernel
import Logging
import OperatingSystem
import PlatformAPI

/// Sends the platform what is to be sent, when the schedule says so. It decides nothing by itself.
@MainActor final class UpstreamSender {
    let settings: UpstreamSettings
    let forwards: any ForwardStore
    let store: any HubStore
    let board: UpstreamBoard
    let metrics: UpstreamMetrics
    let port: PlatformPort
    /// Names this program apart from others on the same store.
    let holder: String
    let onLateAnswer: PlatformUpstream.LateAnswer

    var notices: UpstreamNotices
    var schedule: UpstreamSchedule
    var identities = IdentityMap()
    var breaker = CircuitBreaker()
    var checks = RiderChecks()
    var clock = PlatformClock()
    var tokens: UpstreamTokens
    var tokenCalls: [String: Task<Result<String, ListSetback>, Never>] = [:]
    var lists = ListPlan()
    var lastListScan: Instant?
    /// Devices of whose orders the store does not know yet.
    var unsaved: Set<String> = []
    /// Heartbeats that were not sent while they were fresh, and are kept to be sent late.
    var latePositions = LatePositions()
    /// Until when this hub is the one of several that sends what the store keeps.
    var leaseEnd: Instant?
    /// Behind which the store has calls that this hub has not heard of.
    var lastSeen: Int64 = 0
    /// When what changes seldom was last looked at.
    var lastLook: Instant?
    /// While it is at work.
    private var storeTask: Task<Void, Never>?
    private(set) var isStopped = false
    private var timer: OneShotTimer?

    init(
        _ settings: UpstreamSettings, forwards: any ForwardStore, store: any HubStore, board: UpstreamBoard,
        metrics: UpstreamMetrics, holder: String, log: @escaping DeviceService.Log,
        onLateAnswer: @escaping PlatformUpstream.LateAnswer
    ) throws(SystemError) {
        (self.settings, self.forwards, self.store, self.board, self.metrics) = (settings, forwards, store, board, metrics)
        (self.holder, self.onLateAnswer) = (holder, onLateAnswer)
        notices = UpstreamNotices(log)
        tokens = UpstreamTokens(fixed: settings.tokens)
        port = try PlatformPort(settings, metrics: metrics)
        schedule = UpstreamSchedule(
            ForwardPolicy(settings), requestsPerSecond: settings.maximumRequestsPerSecond,
            seed: SystemRandomNumberGenerator().seed, at: Clocks.now().instant)
        timer = OneShotTimer { [weak self] in self?.pump() }
    }

    /// Until it is cancelled.
    func run() async {
        while !Task.isCancelled {
            await beat()
            try? await Task.sleep(for: .seconds(1))
        }
        await stop()
        await saveWhatIsKnown()
        await endLease()
    }

    /// What the next run would else find out anew: what the platform has taken, and what it said.
    private func saveWhatIsKnown() async {
        if !schedule.queue.changes.isEmpty { await settle() }
        let now = Clocks.now().system
        await saveOrders(at: now)
        await saveLatePositions(at: now)
    }

    /// Nothing more is sent. What is under way has a moment to end; then it is given up, and sent again by the next run, marked.
    private func stop() async {
        isStopped = true
        timer?.cancel()
        for waiter in checks.expire(at: Instant(nanoseconds: .max)) { waiter.resume(nil) }
        let end = Clocks.now().instant + Self.lastMoment
        while schedule.queue.underWayCount > 0, Clocks.now().instant < end {
            // This task is cancelled: it would not sleep.
            await Task { try? await Task.sleep(for: .milliseconds(10)) }.value
        }
        await storeTask?.value
        schedule.queue.giveUp()
    }

    private static let lastMoment = Duration.seconds(1)

    // MARK: Sending

    /// Sends whatever may go now.
    func pump() {
        guard !isStopped else { return }
        let now = Clocks.now()
        takeWhatDevicesLeft(at: now)
        expireChecks(at: now.instant)
        schedule.sendsForwards = leaseEnd.map { now.instant < $0 } ?? false
        while let turn = schedule.next(at: now) { start(turn, at: now) }
        let deadlines = [schedule.nextDeadline(at: now.instant), checks.nextDeadline]
        timer?.schedule(at: deadlines.compactMap { $0 }.min())
        if !schedule.queue.changes.isEmpty || schedule.sendsForwards && schedule.queue.wantsReading { talkToStore() }
    }

    private func takeWhatDevicesLeft(at now: Moment) {
        let left = board.collect()
        for id in left.woken { schedule.queue.wake(id) }
        for heartbeat in left.heartbeats {
            if let replaced = schedule.heartbeats.add(heartbeat) { keepIfLate(replaced) }
        }
    }

    private func start(_ turn: UpstreamSchedule.Turn, at now: Moment) {
        switch turn {
        case .forward(let forward): start(forward, at: now)
        case .heartbeat(let heartbeat): start(heartbeat, at: now)
        }
    }

    private func start(_ forward: Forward, at now: Moment) {
        do throws(FieldError) {
            try port.forward(
                forward.fields, as: forward.key, from: try identities.upstreamID(of: forward.key.deviceID), for: .other
            ) { [weak self] in self?.finish(forward, $0) }
        } catch {
            schedule.queue.refuse(
                forward, PlatformAnswer(code: PlatformAnswer.none, message: error.description, received: now.system),
                live: UpstreamSchedule.live(now))
            notices.tell(
                .error, .refusals, "a call of \(forward.key.deviceID.logField) cannot be sent: \(error)", at: now.instant)
        }
    }

    private func start(_ heartbeat: ForwardedCall, at now: Moment) {
        do throws(FieldError) {
            try port.forward(
                heartbeat.fields, as: heartbeat.key, from: try identities.upstreamID(of: heartbeat.key.deviceID), for: .other
            ) { [weak self] in self?.finish(heartbeat, $0, sent: now.system) }
        } catch {
            schedule.answered(heartbeat)
        }
    }

    // MARK: What came of it

    private func finish(_ forward: Forward, _ outcome: PlatformPort.Outcome) {
        let now = Clocks.now()
        let fate: ForwardFate
        switch outcome {
        case .success(let reply):
            noteReply(at: now.instant)
            let answer = PlatformAnswer(reply, received: now.system)
            let mayBeDouble = schedule.queue.current(forward).mayBeDouble
            fate = schedule.answered(forward, answer, at: now)
            if fate == .delivered, mayBeDouble { metrics.doubled.add() }
            if fate == .refused { tellRefused(forward, "\(answer.code) \(answer.message.quoted)", at: now.instant) }
        case .failure(let failure):
            fate = schedule.failed(forward, failure, at: now)
            noteFailure(failure, of: forward.key.call, at: now.instant)
            if fate == .refused { tellRefused(forward, failure.text, at: now.instant) }
        }
        pump()
    }

    private func tellRefused(_ forward: Forward, _ reason: String, at now: Instant) {
        let key = forward.key
        notices.tell(
            .warning, .refusals,
            """
            platform refuses call=\(key.call.rawValue) device=\(key.deviceID.logField) req_id=\(key.requestID.logField): \(reason); \
            put aside, see validator-hub refused
            """, at: now)
    }

    private func finish(_ heartbeat: ForwardedCall, _ outcome: PlatformPort.Outcome, sent: WallTime) {
        let now = Clocks.now()
        switch outcome {
        case .success(let reply):
            noteReply(at: now.instant)
            schedule.answered(heartbeat)
            learn(reply, of: heartbeat.key.deviceID, sent: sent, at: now)
        case .failure(let failure):
            if !schedule.failed(heartbeat, failure, at: now) { keepIfLate(heartbeat) }
            noteFailure(failure, of: .heartbeat, at: now.instant)
        }
        pump()
    }

    func noteReply(at now: Instant) {
        if schedule.outage.isAway {
            notices.tell(.notice, "platform answers again")
            latePositions.reset()
        }
        schedule.works()
        board.update { $0.lastReply = now }
    }

    func noteFailure(_ failure: ExchangeFailure, of call: PlatformCall, at now: Instant) {
        notices.tell(.warning, .link, "no usable reply to \(call.rawValue): \(failure.text)", at: now)
    }

    // MARK: The store, one thing at a time

    /// Writes what changed, then reads what is to be sent: what is read is never older than what is known here.
    func talkToStore() {
        guard storeTask == nil, !isStopped else { return }
        storeTask = Task {
            while await exchangeWithStore() {}
            storeTask = nil
        }
    }

    /// - Returns: whether there is more to do, and sense in doing it now.
    private func exchangeWithStore() async -> Bool {
        guard !isStopped else { return false }
        if !schedule.queue.changes.isEmpty { return await settle() }
        guard schedule.sendsForwards, schedule.queue.wantsReading else { return false }
        return await read()
    }

    @discardableResult
    private func settle() async -> Bool {
        let (delivered, changed) = schedule.queue.takeChanges()
        do {
            try await forwards.settleForwards(delivered: delivered, changed: changed)
            schedule.queue.written()
            return true
        } catch {
            schedule.queue.notWritten()
            complain(error)
            return false
        }
    }

    private func read() async -> Bool {
        let ids = schedule.queue.devicesToRead(limit: Self.devicesAtOnce)
        guard !ids.isEmpty else { return false }
        do {
            let live = UpstreamSchedule.live(Clocks.now())
            let found = try await forwards.waitingForwards(of: ids, limit: ForwardQueue.perDevice, live: live)
            schedule.queue.read(found, of: ids, live: live)
            pump()
            return true
        } catch {
            schedule.queue.found(ids)
            complain(error)
            return false
        }
    }

    private static let devicesAtOnce = 500

    func complain(_ error: any Error) {
        notices.tell(.error, .store, "calls for the platform: \(error)", at: Clocks.now().instant)
    }
}

extension PlatformAnswer {
    init(_ reply: PlatformReply, received: WallTime) {
        let verdict = reply.verdictOfAnyCall
        let soundNumber = if case .check(let check) = reply { check.soundNumber } else { 0 }
        self.init(code: verdict.code, message: verdict.message, soundNumber: soundNumber, received: received)
    }
}

extension SystemRandomNumberGenerator {
    /// For pauses only, which may be foreseen.
    fileprivate var seed: UInt64 {
        var random = self
        return random.next()
    }
}
