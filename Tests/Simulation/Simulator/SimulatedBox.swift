import Base
import BoxEngine
import Cryptography
import Fares
import Foundation
import PlatformAPI
import ReadEvents
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
    func published(_ events: [ReadEvent], isFromEarlierRun: Bool, by box: SimulatedBox)
    func noticed(_ notice: Notice, by box: SimulatedBox)
}

/// One life of a box: the engine that ships, on virtual time, a disk that forgets and a world that sees nothing of what is dead.
final class SimulatedBox {
    /// Few, so that taps and cuts fall between two slices of a list.
    private static let sliceRows = 16
    private static let sliceTime = Duration.milliseconds(1)

    let life: Int
    let notices: [Notice]
    var clock: BoxClock
    /// Now, as the world sees it.
    private(set) var time: Instant
    /// True once the power has gone or the process was killed: nothing that it still does is seen.
    private(set) var isDead = false
    /// It ended by itself, with everything written.
    private(set) var hasShutDown = false

    private let disk: SimulatedDisk
    private let listFolder: String
    private let sabotage: Sabotage?
    private unowned let observer: any BoxObserver
    private var random: SeededGenerator
    private(set) var engine: Box!
    /// The snapshot that is being written or whose outcome is on its way to the loop.
    private var snapshot: (due: Instant, stage: SnapshotStage)?
    private var sliceDue: Instant?
    private var ignition: IgnitionWatch?

    private enum SnapshotStage {
        case write(ListKind, HeldList)
        case report(ListKind, Result<SnapshotID, StorageError>)
    }

    /// - Throws: when the outbox cannot be opened, or not be read.
    init(
        life: Int, policy: Policy, disk: SimulatedDisk, limits: OutboxLimits, listFolder: String,
        clock: BoxClock, ignition: (delay: Duration, maximum: Duration)?, at now: Instant, seed: UInt64, sabotage: Sabotage?,
        observer: any BoxObserver
    ) throws(StorageError) {
        let isLost = sabotage == .loseOutboxAtCut && life > 3
        let outbox = try Outbox(path: isLost ? "another.db" : "outbox.db", limits: limits, vfs: disk.name)
        (self.life, self.disk, self.clock, time, self.observer, self.sabotage) = (life, disk, clock, now, observer, sabotage)
        self.listFolder = listFolder
        self.ignition = ignition.map { IgnitionWatch(delay: $0.delay, maximum: $0.maximum) }
        random = SeededGenerator(seed: seed)
        var settings = BoxSettings(folder: listFolder, deviceID: Simulation.deviceID)
        settings.sliceRows = Self.sliceRows
        var start = try BoxStart(outbox, settings, policy: policy)
        notices = start.notices
        switch sabotage {
        case .forgetUsedTickets: start.restored.usedTickets = []
        case .forgetRecentTaps: start.restored.recentTaps = []
        case .forgetState: start.restored.state = BoxState()
        case .forgetOngoingReadings: start.restored.ongoingReadings = []
        default: break
        }
        engine = Box(
            start, policy: policy, cryptography: SimulatedCryptography(), random: SeededGenerator(seed: seed),
            ids: RepeatableIDs(seed: seed),
            ports: self)
    }

    func inspect<Value>(_ look: (borrowing Validator) -> Value) -> Value { engine.inspect(look) }

    var counts: OutboxCounts { engine.counts }

    /// When the box has something to do although nothing happens to it.
    var nextDue: Instant {
        var due = clock.trueTime(of: max(clock.instant(at: time), engine.nextDue))
        if sabotage == .sleepThroughTimers { due = due + .seconds(3) }
        if let other = snapshot?.due { due = min(due, other) }
        if let other = sliceDue { due = min(due, other) }
        if sabotage != .neverShutDown, let other = ignition?.nextDeadline { due = min(due, clock.trueTime(of: other)) }
        return due
    }

    /// True when taps wait for the turn's commit.
    var hasTurn: Bool { engine.hasTaps && !isDead }

    func handle(_ event: Event, at now: Instant) {
        time = now
        engine.handle(event, at: clock.moment(at: now))
        settle()
    }

    /// Does what is due.
    func wake(at now: Instant) {
        time = now
        if let due = sliceDue, due <= now {
            sliceDue = nil
            engine.endTurn()
        }
        workOnSnapshot()
        if !isDead, clock.trueTime(of: engine.nextDue) <= now { engine.wake() }
        watchIgnition()
        settle()
    }

    /// The end of a turn: one commit for all its taps, and their lights. Its sync took until the returned time.
    func endTurn(at now: Instant, latency: Duration) -> Instant {
        time = now
        commitLatency = latency
        engine.endTurn()
        commitLatency = .zero
        settle()
        return time
    }

    private var commitLatency = Duration.zero

    /// A technician has the refused uploads tried again.
    func retryRefused(at now: Instant) {
        guard flush(at: now), attempt({ outbox throws(StorageError) in try outbox.retryRefused() }) != nil else { return }
        handle(.retryRefused, at: now)
    }

    /// Writes what was gathered. True when nothing is left to write.
    func flush(at now: Instant) -> Bool {
        time = now
        let isDone = engine.flush()
        observePower()
        return isDone && !isDead
    }

    func setIgnition(_ isOn: Bool, at now: Instant) {
        _ = ignition?.set(isOn: isOn, at: clock.instant(at: now))
        handle(.ignition(isOn: isOn), at: now)
    }

    /// Does something to the outbox for which no rider waits, as the control socket does.
    func attempt<Value>(_ work: (inout Outbox) throws(StorageError) -> Value) -> Value? {
        let value = engine.attempt(work)
        observePower()
        return isDead ? nil : value
    }

    /// Nothing of it is seen any more. What the disk's cache holds stays there, unlike at a power cut.
    func kill() {
        isDead = true
        // None yet when the power goes during its start.
        engine?.halt()
        if case .write(let kind, _) = snapshot?.stage, random.chance(0.5) { leaveHalfASnapshot(of: kind) }
    }

    /// The writing of a snapshot was cut off.
    private func leaveHalfASnapshot(of kind: ListKind) {
        let path = "\(listFolder)/\(kind.name).db"
        let whole = FileManager.default.contents(atPath: path) ?? Data("SQLite format 3".utf8)
        _ = FileManager.default.createFile(atPath: path + ".new", contents: whole.prefix(whole.count / 2))
    }

    // MARK: What an edge does by itself

    private func watchIgnition() {
        guard !isDead, sabotage != .neverShutDown else { return }
        let unsent = counts.records + counts.positions
        let outputs = ignition?.check(unsent: unsent, at: clock.instant(at: time)) ?? []
        if outputs.contains(.shutDown) { shutDown() }
    }

    /// The machine is switched off, which ends the program on the way.
    private func shutDown() {
        if sabotage != .shutDownInDisorder {
            engine.flush()
            engine.handle(.stopping, at: clock.moment(at: time))
            engine.flush()
            _ = engine.attempt { outbox throws(StorageError) in try outbox.settle() }
        }
        observePower()
        guard !isDead else { return }
        hasShutDown = true
        kill()
    }

    private func settle() {
        observePower()
        guard !isDead, engine.wantsTurn, !engine.hasTaps, sliceDue == nil else { return }
        sliceDue = time + Self.sliceTime
    }

    private func workOnSnapshot() {
        guard !isDead, let (due, stage) = snapshot, due <= time else { return }
        snapshot = nil
        switch stage {
        case .write(let kind, let list):
            let folder = listFolder
            let result = Result { () throws(StorageError) in try ListSnapshot.write(list, kind: kind, folder: folder) }
            snapshot = (time + random.seconds(0...0.01), .report(kind, result))
        case .report(let kind, let result): engine.snapshotWritten(kind, result)
        }
    }

    private func observePower() {
        if disk.isOff, !isDead { kill() }
    }
}

/// What the engine asks of the world. A dead box asks in vain.
extension SimulatedBox: BoxPorts {
    func now() -> Moment {
        observePower()
        return clock.moment(at: time)
    }

    func decided(_ taps: [Tap]) {
        guard isAlive else { return }
        observer.decided(taps, by: self)
        guard sabotage == .lightBeforeRecord else { return }
        for tap in taps {
            guard let source = engine.validator.policy.sources.firstIndex(where: { $0.id == tap.source }) else { continue }
            announce(
                Answer(
                    source: source, subject: tap.subject, isGreen: tap.outcome == .accepted, outcome: tap.outcome,
                    reason: tap.reason, mode: tap.mode, record: tap.recordID, received: tap.stamp.instant))
        }
    }

    func stored(_ taps: [Tap]) {
        guard isAlive else { return }
        observer.stored(taps, by: self)
        time = time + commitLatency
    }

    func notStored(_ taps: [Tap]) {
        guard isAlive else { return }
        observer.notStored(taps, by: self)
        time = time + commitLatency
    }

    func announce(_ answer: Answer) {
        if isAlive { observer.lit(answer, by: self) }
    }

    func send(_ id: ExchangeID, _ request: PlatformRequest) {
        if isAlive { observer.sent(id, request, by: self) }
    }

    func publish(_ events: [ReadEvent], isFromEarlierRun: Bool) {
        if isAlive { observer.published(events, isFromEarlierRun: isFromEarlierRun, by: self) }
    }

    func isAboutToSave(_ kind: ListKind, _ list: HeldList) {
        if isAlive { observer.isAboutToSave(kind, list, by: self) }
    }

    func writeSnapshot(_ kind: ListKind, _ list: HeldList) {
        snapshot = (time + random.seconds(0.01...0.4), .write(kind, list))
    }

    func note(_ notice: Notice) {
        if isAlive { observer.noticed(notice, by: self) }
    }

    /// The daemon starts anew, which sets a damaged file aside.
    func end(because error: StorageError) {
        if isAlive { observer.noticed(Notice(.error, "\(error)"), by: self) }
        kill()
    }

    private var isAlive: Bool {
        observePower()
        return !isDead
    }
}
