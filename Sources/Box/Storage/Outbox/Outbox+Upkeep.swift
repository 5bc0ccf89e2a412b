import Base
import SQLite

/// What has to be done between commits, and when.
struct Upkeep {
    /// Frames (of 4 KiB and a header) after which an idle loop checkpoints.
    static let idleCheckpointFrames = 128
    /// The write-ahead log has at least this size, twice what it needs on a box with idle moments.
    static let reservedLogBytes: Int64 = 32 + 2 * Int64(idleCheckpointFrames) * (24 + 4096)
    /// Frames after which even a busy loop does: 16 MiB.
    static let busyCheckpointFrames = 4096
    /// Finished taps forgotten at once.
    static let prunedTaps = 256
    /// Rows that are counted at once to check the books: half a millisecond's on a development machine.
    static let auditedRows = 1024

    /// `Database.pagesWritten` at the last checkpoint.
    var pagesAtCheckpoint = 0
    /// The log is to be emptied as soon as the loop is idle: a commit failed, perhaps for want of space.
    var wantsCheckpoint = false
    /// A sync failed. What was written before it without a sync may be lost although reading still shows it,
    /// and with it everything behind it in the log.
    var isLogDoubtful = false

    private static let failedSyncs: Set<Int32> = [1034, 1290]  // SQLITE_IOERR_FSYNC, SQLITE_IOERR_DIR_FSYNC

    mutating func note(_ error: StorageError) {
        wantsCheckpoint = true
        if Self.failedSyncs.contains(error.extendedCode) { isLogDoubtful = true }
    }
}

extension Outbox {
    /// To be called at the end of every loop turn, after the answers. Does nothing most of the time.
    ///
    /// When the log has grown and the loop is idle: forgets old history, moves the log into the database and begins it anew,
    /// so that no rider pays for either. When it has grown far, also in a busy loop.
    ///
    /// - Parameter time: now, if somebody vouches for it; used tickets that have expired by then are forgotten.
    public mutating func maintain(isIdle: Bool, time: (wall: WallTime, at: Instant)?) throws(StorageError) {
        if let time { runningTime.begin(at: time.at) }
        let frames = database.pagesWritten - upkeep.pagesAtCheckpoint
        if frames >= (isIdle ? Upkeep.idleCheckpointFrames : Upkeep.busyCheckpointFrames) || (isIdle && upkeep.wantsCheckpoint) {
            try beginLogAnew(.checkpoints, isSynced: false) { outbox, books throws(StorageError) in
                if isIdle { try outbox.forget(expiredAt: time, &books) }
            }
        }
    }

    /// To be called when the outbox is opened. After a sync that failed in an earlier run, the kernel shows what it no longer means
    /// to write (fsync(2)), and nothing tells of that here: what is found is moved into the database, so that nothing new is
    /// written behind something that may yet be gone.
    mutating func secureLog() {
        // Of a file that was just made nothing can be gone.
        guard database.pagesWritten == 0 else { return }
        do throws(StorageError) {
            try beginLogAnew(.starts, isSynced: true) { _, _ in }
        } catch {
            // Without space the log stays as it is, and takes commits while its reserve lasts.
            if error.kind != .full { upkeep.isLogDoubtful = true }
        }
    }

    /// Moves the log into the database. The first commit after that begins the log anew and syncs its header: this one, not a
    /// rider's.
    ///
    /// - Parameter counter: of starts or of checkpoints, so that the first commit of a start is never the one that a power cut took
    ///   from a checkpoint: written once more as it was, it would bring back what came behind it and had failed.
    private mutating func beginLogAnew(
        _ counter: StateTable.Number, isSynced: Bool, _ work: (borrowing Outbox, inout OutboxBooks) throws(StorageError) -> Void
    ) throws(StorageError) {
        try checkpoint()
        try transaction(isSynced: isSynced) { outbox, books throws(StorageError) in
            try outbox.state.set(counter, to: outbox.state.number(counter) + 1)
            try work(outbox, &books)
        }
    }

    private func forget(expiredAt time: (wall: WallTime, at: Instant)?, _ books: inout OutboxBooks) throws(StorageError) {
        let end = min(books.firstPending, books.nextRow - Int64(max(1, limits.finishedTaps)))
        if books.prunedTo < end {
            books.prunedTo = try TapTable.prune(books.prunedTo..<end, limit: Upkeep.prunedTaps, database)
        }
        var collectedEnd = books.nextRow - Int64(max(1, limits.collectedTaps))
        if books.collected.total > 0, let time {
            let oldest = time.wall - limits.collectedTapsKept
            collectedEnd = max(collectedEnd, try TapTable.endOfCollected(before: oldest, database))
        }
        if books.collected.total > 0, books.prunedCollectedTo < collectedEnd {
            let (next, uploads) = try TapTable.pruneCollected(
                books.prunedCollectedTo..<collectedEnd, limit: Upkeep.prunedTaps, database)
            books.prunedCollectedTo = next
            books.collected.bookings -= uploads.bookings
            books.collected.logs -= uploads.logs
        }
        if let time {
            let runningTime = runningTime.value(at: time.at)
            try state.set(.runningSeconds, to: Int(runningTime.wholeSeconds))
            books.usedTickets -= try UsedTicketTable.purge(
                expiredAt: time.wall, runningTime: runningTime, limit: limits.usedTickets, database)
        }
    }

    /// Moves the log into the database, before the power goes.
    public mutating func settle() throws(StorageError) { try checkpoint() }

    private mutating func checkpoint() throws(StorageError) {
        do throws(StorageError) {
            try waiting { () throws(StorageError) in try database.checkpoint(.passive) }
        } catch {
            upkeep.note(error)
            throw error
        }
        upkeep.pagesAtCheckpoint = database.pagesWritten
        upkeep.wantsCheckpoint = false
    }

    /// After a failed sync the log is emptied into the database before anything else is promised.
    mutating func repairAfterFailure() throws(StorageError) {
        guard upkeep.isLogDoubtful else { return }
        try waiting { () throws(StorageError) in try database.checkpoint(.truncate) }
        upkeep.isLogDoubtful = false
        upkeep.pagesAtCheckpoint = database.pagesWritten
    }
}
