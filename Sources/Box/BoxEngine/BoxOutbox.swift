import Base
import SQLite
import Storage
import ValidatorCore

/// The outbox and the order in which it is written: one commit a turn for all taps of the turn, everything else when no rider
/// waits. Time comes in as an argument; what is due without an event is said by `nextDue`.
struct BoxOutbox: ~Copyable {
    /// Changes are gathered for so long before they are written.
    static let flushDelay = Duration.milliseconds(200)
    /// Between attempts to write what could not be written.
    static let retryDelay = Duration.seconds(1)
    /// Changes that are written at once, however busy the loop is.
    static let flushAt = 256
    /// Without taps for so long the loop counts as idle: nobody waits at the reader.
    static let idleAfter = Duration.seconds(2)
    /// From the end of one check of the books to the next: it reads every row, and finds nothing but mistakes of this software.
    static let auditInterval = Duration.seconds(3600)
    /// Between two slices of it, while nobody taps.
    static let auditPause = Duration.milliseconds(100)

    private var outbox: Outbox
    private let boot: UniqueID
    /// Taps of this turn, which wait for its commit.
    private(set) var taps: [Tap] = []
    private var changes = PendingChanges()
    private var state: BoxState?
    /// Records to be dated, while that could not be written.
    private var correction: (at: Instant, wall: WallTime, source: ClockSource)?
    private var lastTap: Instant
    private var flushDue: Instant?
    private var upkeepDue: Instant?
    /// When the books are checked next, if anything was written since.
    private var auditDue: Instant
    /// The last failure of a write that no rider waits for, so that each is told once.
    private var complaint: String?
    /// Since when every write has failed; nil while they succeed.
    private(set) var failingSince: Instant?

    /// What is to be told, since the last `takeNotices`.
    private var notices: [Notice] = []
    /// The file is broken, or does not hold what it was given: the program must not go on with it.
    private(set) var damage: StorageError?

    /// - Parameter boot: the boot to which `now` and the instants of new records belong.
    init(_ outbox: consuming Outbox, boot: UniqueID, at now: Instant) {
        self.outbox = outbox
        self.boot = boot
        lastTap = now
        // Taps without end do not put it off: a busy loop's log is emptied too.
        upkeepDue = upkeepDue ?? now + Self.idleAfter
        // Opening it has counted every row.
        auditDue = now + Self.auditInterval
    }

    /// When `work` is due although nothing happens.
    var nextDue: Instant? {
        var due = outbox.areBooksUnchecked ? auditDue : nil
        if let flushDue { due = min(due ?? flushDue, flushDue) }
        if let upkeepDue { due = min(due ?? upkeepDue, upkeepDue) }
        return due
    }

    /// What is on disk, and the positions that were dropped before they came there.
    var counts: OutboxCounts {
        var counts = outbox.counts
        counts.droppedPositions += changes.droppedPositions
        return counts
    }

    /// What the counts will be once everything that was gathered is written.
    var expectedCounts: OutboxCounts { outbox.counts.expecting(changes) }

    /// When the oldest record that waits was made; nil when none does, or when it cannot be read. Writes nothing, and makes nothing due.
    mutating func oldestPending() -> Stamp? {
        let counts = expectedCounts
        guard counts.records + counts.positions > 0 else { return nil }
        return (try? outbox.oldestPending()) ?? nil
    }

    /// Changes that the disk has not taken yet.
    var unwrittenCount: Int { changes.count }

    /// True when the disk holds all that it was given.
    var isSettled: Bool { taps.isEmpty && changes.isEmpty && state == nil }

    mutating func takeNotices() -> [Notice] {
        defer { notices = [] }
        return notices
    }

    // MARK: Gathering

    /// Part of this turn's commit.
    mutating func store(_ tap: Tap) { taps.append(tap) }

    mutating func note(_ change: OutboxChange, at now: Instant) {
        changes.append(change)
        // What cannot be written now is tried again when it is due, not with each further change.
        if changes.count >= Self.flushAt, complaint == nil { flush(at: now) } else { scheduleFlush(at: now) }
    }

    mutating func save(_ state: BoxState, at now: Instant) {
        self.state = state
        scheduleFlush(at: now)
    }

    /// By the first of what is gathered: a stream of changes does not put it off.
    private mutating func scheduleFlush(at now: Instant) {
        if flushDue == nil { flushDue = now + Self.flushDelay }
    }

    // MARK: Writing

    /// Stores the turn's taps, all or none. Changes wait: a rider does not.
    ///
    /// - Returns: the taps, and their rows in the same order.
    mutating func commitTurn(at now: Instant) -> (taps: [Tap], result: Result<[Int64], StorageError>) {
        let batch = taps
        taps = []
        lastTap = now
        // Taps without end do not put it off: a busy loop's log is emptied too.
        upkeepDue = upkeepDue ?? now + Self.idleAfter
        do throws(StorageError) {
            let rows = try outbox.commit(batch)
            precondition(rows.count == batch.count, "the outbox gives each tap of a turn its row")
            failingSince = nil
            return (batch, .success(rows))
        } catch {
            failingSince = failingSince ?? now
            noteDamage(error)
            return (batch, .failure(error))
        }
    }

    /// Writes what was gathered; what fails is kept and tried again. True when nothing is left to write.
    @discardableResult
    mutating func flush(at now: Instant) -> Bool {
        flushDue = nil
        guard !changes.isEmpty || state != nil else { return true }
        let (list, state) = (changes.list, state)
        let written: Void? = attempt(at: now) { outbox throws(StorageError) in
            _ = try outbox.commit([], changes: list, state: state)
        }
        guard written != nil else {
            failingSince = failingSince ?? now
            flushDue = now + Self.retryDelay
            return false
        }
        failingSince = nil
        changes.removeAll()
        self.state = nil
        return true
    }

    /// Dates the records of this boot that nobody vouched for; what fails is tried again.
    mutating func correctTimes(to calendar: (at: Instant, wall: WallTime, source: ClockSource), at now: Instant) {
        correction = calendar
        correct(at: now)
    }

    private mutating func correct(at now: Instant) {
        guard let (instant, wall, source) = correction else { return }
        guard flush(at: now) else {
            upkeepDue = now + Self.idleAfter
            return
        }
        let boot = boot
        let written: Void? = attempt(at: now) { outbox throws(StorageError) in
            try outbox.correctTimes(boot: boot, at: instant, wall: wall, source: source)
        }
        if written != nil { correction = nil }
    }

    /// Does what is due.
    ///
    /// - Parameter vouchedTime: now, if the receiver or the server vouches for it.
    mutating func work(at now: Instant, vouchedTime: WallTime?) {
        if let due = flushDue, due <= now { flush(at: now) }
        if let due = upkeepDue, due <= now { maintain(at: now, vouchedTime: vouchedTime) }
        if auditDue <= now { checkSomeBooks(at: now) }
    }

    /// Not before something was written again is there anything to maintain.
    private mutating func maintain(at now: Instant, vouchedTime: WallTime?) {
        upkeepDue = nil
        correct(at: now)
        let isIdle = now - lastTap >= Self.idleAfter
        let done: Void? = attempt(at: now) { outbox throws(StorageError) in
            try outbox.maintain(isIdle: isIdle, time: vouchedTime.map { ($0, now) })
        }
        guard isIdle else {
            upkeepDue = lastTap + Self.idleAfter
            return
        }
        upkeepDue = done == nil || correction != nil ? now + Self.idleAfter : nil
    }

    private mutating func checkSomeBooks(at now: Instant) {
        guard now - lastTap >= Self.idleAfter else {
            auditDue = lastTap + Self.idleAfter
            return
        }
        let done: Void? = tell { outbox throws(StorageError) in try outbox.checkSomeBooks() }
        auditDue = now + (done != nil && outbox.areBooksUnchecked ? Self.auditPause : Self.auditInterval)
    }

    private mutating func noteDamage(_ error: StorageError) {
        if error.kind == .damaged || error.kind == .miscounted { damage = error }
    }

    /// Does something to the outbox for which no rider waits. Nil when it failed, which is told once.
    @discardableResult
    mutating func attempt<Value>(at now: Instant, _ work: (inout Outbox) throws(StorageError) -> Value) -> Value? {
        upkeepDue = upkeepDue ?? now + Self.idleAfter
        return tell(work)
    }

    /// Does something to the outbox, and tells when it fails and the last thing did not fail in the same way.
    private mutating func tell<Value>(_ work: (inout Outbox) throws(StorageError) -> Value) -> Value? {
        do throws(StorageError) {
            let value = try work(&outbox)
            complaint = nil
            return value
        } catch {
            let text = "\(error)"
            if complaint != text { notices.append(Notice(.error, text)) }
            complaint = text
            noteDamage(error)
            return nil
        }
    }
}
