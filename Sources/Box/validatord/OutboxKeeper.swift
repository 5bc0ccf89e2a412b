import Base
import Dispatch
import Kernel
import OperatingSystem
import SQLite
import Storage
import ValidatorCore

/// The outbox and the loop: one commit a turn for all taps of the turn, everything else when the loop is idle.
final class OutboxKeeper {
    /// Changes are gathered for so long before they are written.
    private static let flushDelay = Duration.milliseconds(200)
    /// Changes that are written at once, however busy the loop is.
    private static let flushAt = 256
    /// Without taps for so long the loop counts as idle: nobody waits at the reader.
    private static let idleAfter = Duration.seconds(2)

    private var outbox: Outbox
    private var taps: [Tap] = []
    private var changes = PendingChanges()
    private var state: BoxState?
    private var lastTap = Clocks.now().instant
    private var flushTimer: OneShotTimer?
    private var isFlushScheduled = false
    private var upkeepTimer: OneShotTimer?
    /// The last failure of a write that no rider waits for, so that each is told once.
    private var complaint: String?
    /// Since when every write has failed; nil while they succeed.
    private(set) var failingSince: Instant?

    /// Records to be dated, while that could not be written.
    private var correction: (at: Instant, wall: WallTime, source: ClockSource)?
    private let boot: UniqueID
    private let onDamaged: (StorageError) -> Void
    private let onCommitted: (_ rows: [Int64]) -> Void
    private let onFailed: (_ reason: StorageError) -> Void
    private let onNotice: (Notice) -> Void
    private let vouchedTime: () -> WallTime?

    /// - Parameters:
    ///   - onCommitted: the taps of the turn are durable.
    ///   - onFailed: none of them is.
    ///   - onDamaged: the file is broken: nothing more can be kept in it.
    init(
        _ outbox: consuming Outbox, boot: UniqueID, vouchedTime: @escaping () -> WallTime?,
        onCommitted: @escaping ([Int64]) -> Void,
        onFailed: @escaping (StorageError) -> Void, onDamaged: @escaping (StorageError) -> Void,
        onNotice: @escaping (Notice) -> Void
    ) {
        self.outbox = outbox
        self.boot = boot
        self.onDamaged = onDamaged
        self.vouchedTime = vouchedTime
        self.onCommitted = onCommitted
        self.onFailed = onFailed
        self.onNotice = onNotice
        flushTimer = OneShotTimer { [weak self] in self?.flush() }
        upkeepTimer = OneShotTimer { [weak self] in self?.maintain() }
        upkeepTimer?.schedule(after: Self.idleAfter)
    }

    var counts: OutboxCounts {
        var counts = outbox.counts
        counts.droppedPositions += changes.droppedPositions
        return counts
    }

    /// Taps of this turn wait for its commit.
    var isAboutToCommit: Bool { !taps.isEmpty }

    /// Part of this turn's commit, which comes when all events that are already waiting have been handled.
    func store(_ tap: Tap) {
        if taps.isEmpty { DispatchQueue.main.async { self.commit() } }
        taps.append(tap)
    }

    func note(_ change: OutboxChange) {
        changes.append(change)
        // What cannot be written now is tried again by the timer, not with each further change.
        if changes.count >= Self.flushAt, complaint == nil { flush() } else { scheduleFlush() }
    }

    func save(_ state: BoxState) {
        self.state = state
        scheduleFlush()
    }

    /// By the first of what is gathered: a stream of changes does not put it off.
    private func scheduleFlush() {
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        flushTimer?.schedule(after: Self.flushDelay)
    }

    private func commit() {
        let batch = taps
        taps = []
        lastTap = Clocks.now().instant
        do throws(StorageError) {
            // Marks wait: a rider does not.
            let rows = try outbox.commit(batch)
            failingSince = nil
            onCommitted(rows)
        } catch {
            failingSince = failingSince ?? lastTap
            onFailed(error)
            if error.kind == .damaged { onDamaged(error) }
        }
    }

    /// Writes what was gathered; what fails is kept and tried again. True when nothing is left to write.
    @discardableResult
    func flush() -> Bool {
        flushTimer?.cancel()
        isFlushScheduled = false
        guard !changes.isEmpty || state != nil else { return true }
        let isWritten: Void? = attempt { outbox throws(StorageError) in
            _ = try outbox.commit([], changes: self.changes.list, state: self.state)
            self.changes.removeAll()
            self.state = nil
        }
        failingSince = isWritten == nil ? failingSince ?? Clocks.now().instant : nil
        if isWritten == nil {
            isFlushScheduled = true
            flushTimer?.schedule(after: .seconds(1))
        }
        return isWritten != nil
    }

    /// Dates the records of this boot that nobody vouched for; what fails is tried again.
    func correctTimes(at instant: Instant, wall: WallTime, source: ClockSource) {
        correction = (instant, wall, source)
        correct()
    }

    private func correct() {
        guard let (instant, wall, source) = correction, flush() else { return }
        attempt { outbox throws(StorageError) in
            try outbox.correctTimes(boot: self.boot, at: instant, wall: wall, source: source)
            self.correction = nil
        }
    }

    private func maintain() {
        upkeepTimer?.schedule(after: Self.idleAfter)
        if correction != nil { correct() }
        let isIdle = Clocks.now().instant - lastTap >= Self.idleAfter
        attempt { outbox throws(StorageError) in try outbox.maintain(isIdle: isIdle, time: self.vouchedTime()) }
    }

    /// Does something to the outbox for which no rider waits. Nil when it failed, which is told.
    @discardableResult
    func attempt<Result>(_ work: (inout Outbox) throws(StorageError) -> Result) -> Result? {
        do throws(StorageError) {
            let result = try work(&outbox)
            complaint = nil
            return result
        } catch {
            let text = "\(error)"
            if complaint != text { onNotice(Notice(.error, text)) }
            complaint = text
            if error.kind == .damaged { onDamaged(error) }
            return nil
        }
    }
}
