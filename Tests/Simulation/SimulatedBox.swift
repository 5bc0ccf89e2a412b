import Base
import Fares
import PlatformAPI
import SQLite
import Storage
import ValidatorCore

/// Sees what a box does, as the world around it would.
protocol BoxObserver: AnyObject {
    /// Decided in the event that was just handled; not yet stored.
    func decided(_ taps: [Tap], by box: SimulatedBox)
    /// The outbox says that they are durable.
    func stored(_ taps: [Tap], by box: SimulatedBox)
    /// The outbox says that none of them is.
    func notStored(_ taps: [Tap], by box: SimulatedBox)
    func lit(_ answer: Answer, by box: SimulatedBox)
    func sent(_ id: ExchangeID, _ request: PlatformRequest, by box: SimulatedBox)
    func isAboutToSave(_ kind: ListKind, _ list: HeldList, by box: SimulatedBox)
    func noticed(_ notice: Notice, by box: SimulatedBox)
}

/// One life of a box: the real validator, outbox and list snapshots, wired as the daemon wires them, on virtual time.
final class SimulatedBox {
    private static let flushDelay = Duration.milliseconds(200)
    private static let flushAt = 256
    private static let idleAfter = Duration.seconds(2)

    let life: Int
    private(set) var validator: Validator
    private(set) var outbox: Outbox
    var clock: BoxClock
    /// Now, as the world sees it.
    private(set) var now: Instant
    /// True once the power has gone or the process was killed: nothing that it still does is seen.
    private(set) var isDead = false
    /// Writes that no rider waits for and that failed.
    private(set) var failedWrites = 0

    private let disk: SimulatedDisk
    private let sabotage: Sabotage?
    private unowned let observer: any BoxObserver
    private var lists: SimulatedListKeeper
    private var events: [Event] = []
    private var isHandling = false
    private var taps: [Tap] = []
    private var changes: [OutboxChange] = []
    private var state: BoxState?
    private var nextRow: Int64
    private var lastTap: Instant
    private var timerDue: Instant
    private var flushDue: Instant?
    private var upkeepDue: Instant?
    private var reloadDue: Instant?
    /// Records to be dated, while that could not be written.
    private var correction: (at: Instant, wall: WallTime, source: ClockSource)?

    /// - Throws: when the outbox cannot be opened.
    init(
        life: Int, policy: Policy, codec: VT1Codec, disk: SimulatedDisk, limits: OutboxLimits, listFolder: String,
        clock: BoxClock,
        at now: Instant, seed: UInt64, sabotage: Sabotage?, observer: any BoxObserver
    ) throws(StorageError) {
        let isLost = sabotage == .loseOutboxAtCut && life > 3
        var opened = try Outbox(path: isLost ? "another.db" : "outbox.db", limits: limits, vfs: disk.name)
        (self.life, self.disk, self.clock, self.now, self.observer, self.sabotage) = (life, disk, clock, now, observer, sabotage)
        var restored = Validator.Restored()
        let found = opened.takeRestored()
        restored.state = found.state ?? BoxState()
        restored.recentTaps = found.recentTaps
        restored.usedTickets = found.usedTickets
        var lists = SimulatedListKeeper(folder: listFolder, unlisted: policy.unlisted, seed: seed)
        restored.cards = lists.restore(.cards, from: opened)
        restored.line = lists.restore(.line, from: opened)
        switch sabotage {
        case .forgetUsedTickets: restored.usedTickets = []
        case .forgetRecentTaps: restored.recentTaps = []
        case .forgetState: restored.state = BoxState()
        default: break
        }
        self.lists = lists
        nextRow = try (opened.recentTaps(limit: 1).first?.row ?? 0) + 1
        outbox = opened
        (lastTap, timerDue) = (now, now)
        validator = Validator(
            policy: policy, codec: codec, random: SeededGenerator(seed: seed), restored: restored, at: clock.moment(at: now))
    }

    /// When the box has something to do although nothing happens to it.
    var nextDue: Instant {
        [flushDue, upkeepDue, reloadDue, lists.nextDue].reduce(timerDue) { min($0, $1 ?? $0) }
    }

    /// True when taps wait for the turn's commit.
    var hasTurn: Bool { !taps.isEmpty && !isDead }

    /// True when the outbox holds all that the validator was told of.
    var isSettled: Bool { taps.isEmpty && changes.isEmpty }

    func handle(_ event: Event, at now: Instant) {
        self.now = now
        handle(event)
    }

    /// Does what is due.
    func wake(at now: Instant) {
        self.now = now
        if let due = flushDue, due <= now { flush() }
        if let due = upkeepDue, due <= now { maintain() }
        if let due = reloadDue, due <= now { loadBacklog(limit: Limits.backlogWindow, fromStart: true) }
        while let event = lists.work(at: now) {
            observePower()
            handle(event)
        }
        if timerDue <= now { handle(.timer) }
    }

    /// The end of a turn: one commit for all its taps, and then, `latency` later, their lights. Returns the time after it.
    func endTurn(at now: Instant, latency: Duration) -> Instant {
        guard !taps.isEmpty, !isDead else { return now }
        self.now = now
        let batch = taps
        taps = []
        lastTap = now
        if sabotage == .lightBeforeRecord { handle(.committed(rows: (0..<Int64(batch.count)).map { nextRow + $0 })) }
        do throws(StorageError) {
            let rows = try outbox.commit(batch)
            nextRow = (rows.last ?? nextRow) + 1
            observePower()
            guard !isDead else { return now }
            observer.stored(batch, by: self)
            self.now = now + latency
            if sabotage != .lightBeforeRecord { handle(.committed(rows: rows)) }
        } catch {
            observePower()
            guard !isDead else { return now }
            if error.kind == .damaged { kill() }
            observer.notStored(batch, by: self)
            self.now = now + latency
            handle(.commitFailed(reason: "\(error)"))
        }
        noteWrite()
        return self.now
    }

    /// A technician has the refused uploads tried again.
    func retryRefused(at now: Instant) {
        self.now = now
        guard flush(), attempt({ outbox throws(StorageError) in try outbox.retryRefused() }) != nil else { return }
        handle(.retryRefused)
    }

    /// Nothing of it is seen any more. What the disk's cache holds stays there, unlike at a power cut.
    func kill() { isDead = true }

    // MARK: Effects, as the daemon carries them out

    /// An event that comes of an effect waits until all effects of the event before it are carried out.
    private func handle(_ event: Event) {
        events.append(event)
        guard !isHandling else { return }
        isHandling = true
        while !isDead, !events.isEmpty { process(events.removeFirst()) }
        isHandling = false
    }

    private func process(_ event: Event) {
        let effects = validator.handle(event, at: clock.moment(at: now), outbox: outbox.counts)
        let decided = effects.compactMap { if case .store(let tap) = $0 { tap } else { nil } }
        if !decided.isEmpty { observer.decided(decided, by: self) }
        for effect in effects where !isDead { carryOut(effect) }
        let instant = clock.instant(at: now)
        timerDue = clock.trueTime(of: max(instant, validator.nextDeadline(at: instant)))
        if sabotage == .sleepThroughTimers { timerDue = timerDue + .seconds(3) }
    }

    private func carryOut(_ effect: Effect) {
        switch effect {
        case .store(let tap): taps.append(tap)
        case .answer(let answer): observer.lit(answer, by: self)
        case .send(let id, let request): observer.sent(id, request, by: self)
        case .saveState(let state):
            self.state = state
            scheduleFlush()
        case .outbox(let change):
            changes.append(change)
            if changes.count == Self.flushAt { flush() } else { scheduleFlush() }
        case .loadBacklog(let limit, let fromStart): loadBacklog(limit: limit, fromStart: fromStart)
        case .buildList(let kind, let builder, let base): lists.build(kind, builder, on: base, at: now)
        case .saveList(let kind, let list):
            observer.isAboutToSave(kind, list, by: self)
            lists.save(kind, list, at: now)
        case .saveIncrement(let kind, let list, let entries):
            observer.isAboutToSave(kind, list, by: self)
            let snapshot = lists.snapshots[kind]
            let isStored = attempt { outbox throws(StorageError) in
                try outbox.saveIncrement(
                    kind, over: snapshot, entries: entries, version: list.incrementVersion, adopted: list.adopted)
            }
            if isStored == true { handle(.listSaved(kind)) } else { lists.save(kind, list, at: now) }
        case .correctTimes(let instant, let wall, let source):
            correction = (instant, wall, source)
            correct()
        case .notice(let notice): observer.noticed(notice, by: self)
        // Nobody is subscribed here.
        case .publish: break
        }
    }

    // MARK: Writes that no rider waits for

    private func scheduleFlush() {
        if flushDue == nil { flushDue = now + Self.flushDelay }
    }

    /// True when nothing is left to write.
    @discardableResult
    private func flush() -> Bool {
        flushDue = nil
        guard !changes.isEmpty || state != nil, !isDead else { return !isDead }
        let isWritten: Void? = attempt { outbox throws(StorageError) in
            _ = try outbox.commit([], changes: self.changes, state: self.state)
        }
        if isWritten != nil { (changes, state) = ([], nil) } else { flushDue = now + .seconds(1) }
        return isWritten != nil
    }

    private func loadBacklog(limit: Int, fromStart: Bool) {
        reloadDue = nil
        // What was delivered and is not marked would be found, sent and counted a second time.
        let found =
            flush() ? attempt { outbox throws(StorageError) in try outbox.backlog(limit: limit, fromStart: fromStart) } : nil
        if let found { handle(.backlog(found)) } else { reloadDue = now + .seconds(5) }
    }

    /// The daemon looks every two seconds whether there is something to do; here only after a write, to the same effect.
    private func noteWrite() { upkeepDue = now + Self.idleAfter }

    private func correct() {
        guard let (instant, wall, source) = correction, flush() else { return noteWrite() }
        let boot = clock.boot
        let isWritten: Void? = attempt { outbox throws(StorageError) in
            try outbox.correctTimes(boot: boot, at: instant, wall: wall, source: source)
        }
        if isWritten != nil { correction = nil } else { noteWrite() }
    }

    private func maintain() {
        upkeepDue = nil
        if correction != nil { correct() }
        let isIdle = now - lastTap >= Self.idleAfter
        let time = validator.clock.trusted(at: clock.moment(at: now))
        attempt { outbox throws(StorageError) in try outbox.maintain(isIdle: isIdle, time: time) }
        if !isIdle { noteWrite() }
    }

    @discardableResult
    private func attempt<Result>(_ work: (inout Outbox) throws(StorageError) -> Result) -> Result? {
        defer { observePower() }
        do throws(StorageError) {
            let result = try work(&outbox)
            return isDead || disk.isOff ? nil : result
        } catch {
            failedWrites += 1
            // The daemon starts anew, which sets a damaged file aside.
            if error.kind == .damaged { kill() }
            if !disk.isOff { observer.noticed(Notice(.error, "\(error)"), by: self) }
            return nil
        }
    }

    private func observePower() {
        if disk.isOff { isDead = true }
    }
}
