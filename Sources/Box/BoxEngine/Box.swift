import Base
import Fares
import PlatformAPI
import SQLite
import Storage
import ValidatorCore

/// A validator at work: the queue of its events, the one commit a turn, lists that are built in slices, what is written when
/// nobody waits. The daemon and the simulator run this same type; only their `BoxPorts` differ.
///
/// Whoever holds it tells it what happens (`handle`), calls `endTurn` while `wantsTurn`, once everything that was already
/// waiting has been told, and `wake` when `nextDue` has come. It must be used from one thread.
public final class Box {
    /// Between attempts to read the backlog from a disk that fails.
    private static let reloadDelay = Duration.seconds(5)

    public private(set) var validator: Validator
    private var outbox: BoxOutbox
    private var lists: BoxLists
    private unowned let ports: any BoxPorts

    /// Events wait until all effects of the event before them are carried out: they keep their order, and with it taps their rows.
    private var events: [(Event, Moment)] = []
    private var isHandling = false
    private var validatorDue: Instant
    private var reloadDue: Instant?
    /// True once nothing more is to be done: the outbox is damaged, or the program ends.
    private var isHalted = false

    /// - Parameters:
    ///   - random: chance for pauses; seeded from the kernel in a shipped box.
    ///   - ids: chance for ids; the kernel's in a shipped box.
    ///   - ports: must outlive the box.
    public init(
        _ start: consuming BoxStart, policy: Policy, cryptography: any TicketCryptography, random: SeededGenerator,
        ids: any UnpredictableGenerator, ports: any BoxPorts
    ) {
        let moment = ports.now()
        validator = Validator(
            policy: policy, cryptography: cryptography, random: random, ids: ids, restored: start.restored, at: moment)
        lists = start.lists
        outbox = BoxOutbox(start.outbox, boot: policy.boot, at: moment.instant)
        validatorDue = moment.instant
        self.ports = ports
        // With the first event that comes.
        if start.hasTakenOver { events = DownloadTarget.allCases.map { (.download($0, full: true), moment) } }
    }

    /// Looks at the validator for longer than one expression.
    public func inspect<Value>(_ look: (borrowing Validator) -> Value) -> Value { look(validator) }

    // MARK: What the world tells

    /// Takes one event that was noticed at `moment`; one that comes while another is handled waits for it.
    public func handle(_ event: Event, at moment: Moment) {
        events.append((event, moment))
        guard !isHandling else { return }
        isHandling = true
        defer { isHandling = false }
        while !events.isEmpty, !isHalted {
            let (event, moment) = events.removeFirst()
            process(event, at: moment)
        }
    }

    /// True while taps wait for the turn's commit, or a list for its next slice.
    public var wantsTurn: Bool { !isHalted && (hasTaps || lists.isBuilding) }

    /// Taps of this turn wait for its commit.
    public var hasTaps: Bool { !outbox.taps.isEmpty }

    /// The end of a turn: everything that was already waiting has been told. One commit for all its taps, their lights, and then
    /// one slice of a list that is under way.
    public func endTurn() {
        if hasTaps, !isHalted { commitTurn() }
        if !isHalted, let (kind, list) = lists.step() { handle(.listBuilt(kind, list), at: ports.now()) }
    }

    /// When `wake` is due although nothing happens.
    public var nextDue: Instant {
        let due = outbox.nextDue.map { min($0, validatorDue) } ?? validatorDue
        return reloadDue.map { min($0, due) } ?? due
    }

    /// Does what is due.
    public func wake() {
        guard !isHalted else { return }
        let moment = ports.now()
        write { $0.work(at: moment.instant, vouchedTime: validator.clock.vouched(at: moment)) }
        if let due = reloadDue, due <= moment.instant { loadBacklog(limit: Limits.backlogWindow, fromStart: true) }
        if validatorDue <= moment.instant { handle(.timer, at: moment) }
    }

    /// The outcome of `BoxPorts.writeSnapshot`.
    public func snapshotWritten(_ kind: ListKind, _ result: Result<SnapshotID, StorageError>) {
        switch result {
        case .success(let id):
            lists.snapshotWritten(kind, id)
            handle(.listSaved(kind), at: ports.now())
        case .failure(let error): handle(.listNotSaved(kind, reason: "\(error)"), at: ports.now())
        }
    }

    /// Nothing more happens in this box, whatever is told: what it has not written stays unwritten.
    public func halt() { isHalted = true }

    // MARK: The outbox, for those who look at it or correct it

    public var counts: OutboxCounts { outbox.counts }

    /// What the counts will be once everything that was gathered is written.
    public var expectedCounts: OutboxCounts { outbox.expectedCounts }

    /// When the oldest record that waits was made; nil when none does. To ask has no effect.
    public func oldestPending() -> Stamp? { outbox.oldestPending() }

    /// Since when every write has failed; nil while they succeed.
    public var failingSince: Instant? { outbox.failingSince }

    /// Changes that the disk has not taken yet: deliveries, refusals, positions and visits of cards, all of them bounded.
    public var unwrittenCount: Int { outbox.unwrittenCount }

    /// True when the disk holds all that the box has been told.
    public var isSettled: Bool { outbox.isSettled }

    /// Writes what was gathered. True when nothing is left to write.
    @discardableResult
    public func flush() -> Bool {
        guard !isHalted else { return false }
        let now = ports.now().instant
        return write { $0.flush(at: now) }
    }

    /// Does something to the outbox for which no rider waits. Nil when it failed, which is told.
    @discardableResult
    public func attempt<Value>(_ work: (inout Outbox) throws(StorageError) -> Value) -> Value? {
        guard !isHalted else { return nil }
        let now = ports.now().instant
        return write { $0.attempt(at: now, work) }
    }

    // MARK: Inside a turn

    private func process(_ event: Event, at moment: Moment) {
        let effects = validator.handle(event, at: moment, outbox: outbox.counts)
        let taps = effects.compactMap { if case .store(let tap) = $0 { tap } else { nil } }
        if !taps.isEmpty { ports.decided(taps) }
        for effect in effects where !isHalted { carryOut(effect, at: moment) }
        validatorDue = validator.nextDeadline(at: moment.instant)
    }

    private func carryOut(_ effect: Effect, at moment: Moment) {
        switch effect {
        case .store(let tap): outbox.store(tap)
        case .answer(let answer): ports.announce(answer)
        case .send(let id, let request): ports.send(id, request)
        case .saveState(let state): outbox.save(state, at: moment.instant)
        case .outbox(let change): write { $0.note(change, at: moment.instant) }
        case .publish(let events, let isFromEarlierRun): ports.publish(events, isFromEarlierRun: isFromEarlierRun)
        case .loadBacklog(let limit, let fromStart): loadBacklog(limit: limit, fromStart: fromStart)
        case .buildList(let kind, let builder, let base): lists.begin(kind, builder, on: base)
        case .saveList(let kind, let list):
            ports.isAboutToSave(kind, list)
            ports.writeSnapshot(kind, list)
        case .saveIncrement(let kind, let list, let entries): saveIncrement(kind, list, entries)
        case .correctTimes(let instant, let wall, let source):
            write { $0.correctTimes(to: (instant, wall, source), at: moment.instant) }
        case .notice(let notice): ports.note(notice)
        }
    }

    private func commitTurn() {
        let now = ports.now().instant
        let (taps, result) = outbox.commitTurn(at: now)
        switch result {
        case .success(let rows):
            ports.stored(taps)
            handle(.committed(rows: rows), at: ports.now())
        case .failure(let error):
            ports.notStored(taps)
            handle(.commitFailed(reason: "\(error)"), at: ports.now())
        }
        // Its riders have had their red light.
        endIfDamaged()
    }

    /// As rows beside the snapshot, or as a new snapshot where they are too many.
    private func saveIncrement(_ kind: ListKind, _ list: HeldList, _ entries: [CardListEntry]) {
        ports.isAboutToSave(kind, list)
        let snapshot = lists.snapshot(kind)
        let isStored = attempt { outbox throws(StorageError) in
            try outbox.saveIncrement(
                kind, over: snapshot, entries: entries, version: list.incrementVersion, adopted: list.adopted)
        }
        if isStored == true { handle(.listSaved(kind), at: ports.now()) } else { ports.writeSnapshot(kind, list) }
    }

    private func loadBacklog(limit: Int, fromStart: Bool) {
        reloadDue = nil
        // What has been delivered meanwhile must not be found again, nor a position be missed that is still to be written.
        let found =
            flush() ? attempt { outbox throws(StorageError) in try outbox.backlog(limit: limit, fromStart: fromStart) } : nil
        let moment = ports.now()
        if let found { handle(.backlog(found), at: moment) } else { reloadDue = moment.instant + Self.reloadDelay }
    }

    /// Every write goes through here, so that what it has to tell is told.
    private func write<Value>(_ work: (inout BoxOutbox) -> Value) -> Value {
        let value = work(&outbox)
        for notice in outbox.takeNotices() { ports.note(notice) }
        endIfDamaged()
        return value
    }

    private func endIfDamaged() {
        guard let damage = outbox.damage, !isHalted else { return }
        halt()
        ports.end(because: damage)
    }
}
