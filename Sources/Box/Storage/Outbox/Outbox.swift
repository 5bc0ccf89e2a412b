import Base
import Fares
import SQLite
import ValidatorCore

/// The box's durable memory, `outbox.db`: every answered tap until the platform has it, positions that could not be sent fresh,
/// used single rides, the box's state, the increments of its lists, and read events that have not ended.
///
/// What `commit` has stored survives `kill -9` and a power cut. Nothing is ever half there: each call is one transaction.
public struct Outbox: ~Copyable {
    /// Taps given back at a restart, for the repeat interval.
    public static let restoredTaps = 256

    let database: Database
    let limits: OutboxLimits
    let taps: TapTable
    let positions: PositionTable
    let usedTickets: UsedTicketTable
    let readings: ReadingTable
    var runningTime: RunningTime
    let state: StateTable
    private let beginning: Statement
    private let commitment: Statement

    var books: OutboxBooks
    var cursor = BacklogCursor()
    var upkeep = Upkeep()
    var audit = OutboxAudit()
    private var isSyncingCommits = true
    private var restored: RestoredOutbox

    /// Told before and after each step that waits for the medium to take what was written. On a worn card one takes seconds.
    public var onSync: (SyncStage) -> Void = { _ in }

    /// What had to be done to open it, such as setting a damaged file aside.
    public private(set) var notices: [Notice]
}

extension Outbox {
    /// Opens `path`, or makes it. What is there and is no outbox, or a broken one, is renamed to `….damaged-1` and so on,
    /// and only the oldest of many are deleted.
    ///
    /// - Parameter vfs: the name of a SQLite file system that has been registered; nil is the operating system's.
    /// - Throws: when not even a fresh one can be made, or the file was written by a later release. It is worth trying again
    ///   after a while unless the kind is `newerSchema`.
    public init(path: String, limits: OutboxLimits, vfs: String? = nil) throws(StorageError) {
        let overwritten = try vfs == nil ? FileSetAside.copyUnlessDatabase(path) : nil
        do {
            try self.init(opening: path, limits, vfs, notices: [])
            guard let overwritten else { return }
            upkeep.wantsCheckpoint = true
            notices.append(
                Notice(
                    .error,
                    "\(path): was overwritten, restored from its write-ahead log; what stood there is kept as \(overwritten)"))
            notices += Self.removeSomeAside(path)
        } catch  where error.kind == .damaged {
            if let overwritten { try DurableFile.remove(overwritten) }
            let aside = try FileSetAside.database(path)
            let notice = Notice(
                .error,
                "\(error.what): set aside as \(aside), going on with an empty one; send it in, its records may be recoverable")
            try self.init(opening: path, limits, vfs, notices: [notice] + Self.removeSomeAside(path))
        }
    }

    private static func removeSomeAside(_ path: String) -> [Notice] {
        do throws(StorageError) {
            return try FileSetAside.removeSome(of: path).map {
                Notice(.error, "\($0): removed, the oldest of the damaged files that were kept: replace the card, it is dying")
            }
        } catch {
            return [Notice(.error, "\(error): more damaged files are kept than there is room for")]
        }
    }

    private init(opening path: String, _ limits: OutboxLimits, _ vfs: String?, notices: [Notice]) throws(StorageError) {
        try self.init(database: Database(path: path, vfs: vfs), limits: limits, notices: notices)
    }

    private init(database: consuming Database, limits: OutboxLimits, notices: [Notice]) throws(StorageError) {
        try OutboxSchema.prepare(database)
        let state = try StateTable(database)
        // Reading everything that a restart needs is also the proof that the file is sound.
        var audit = OutboxAudit()
        while !audit.isDone { try audit.proceed(rows: .max, database) }
        var books = audit.counted
        books.droppedPositions = try state.number(.droppedPositions)
        let runningTime = RunningTime(earlier: .seconds(try state.number(.runningSeconds)))
        var restored = RestoredOutbox()
        restored.state = try state.restore(database)
        restored.recentTaps = try TapTable.select(where: "TRUE", descending: true, limit: Self.restoredTaps, database)
            .reversed().map(\.tap)
        restored.usedTickets = try UsedTicketTable.restore(limit: limits.usedTickets, database)
        restored.ongoingReadings = try ReadingTable.restore(database)
        var notices = notices
        do {
            try database.reserveWriteAheadLog(bytes: Upkeep.reservedLogBytes)
        } catch {
            notices.append(Notice(.warning, "\(error): commits are slower until then"))
        }
        let taps = try TapTable(database)
        let positions = try PositionTable(database)
        let usedTickets = try UsedTicketTable(database)
        let readings = try ReadingTable(database)
        let beginning = try database.prepare("BEGIN IMMEDIATE")
        let commitment = try database.prepare("COMMIT")
        self.init(
            database: database, limits: limits, taps: taps, positions: positions, usedTickets: usedTickets,
            readings: readings, runningTime: runningTime, state: state, beginning: beginning, commitment: commitment,
            books: books, restored: restored, notices: notices)
        secureLog()
    }

    /// What is committed.
    public var counts: OutboxCounts { books.counts }

    /// What the last run left behind; given once, so that it does not stay in memory.
    public mutating func takeRestored() -> RestoredOutbox {
        defer { restored = RestoredOutbox() }
        return restored
    }

    // MARK: Writing

    /// Stores all of a loop turn in one transaction: all of it or nothing.
    ///
    /// With a tap, a position, a state or a reading that begins among it, it is on the medium when this returns; a mere mark on
    /// an upload or a reading is synced with the next of those, since losing it costs no more than a repeated upload under the
    /// same `req_id`, or a read event that is closed twice.
    /// - Returns: the rows of `taps`, in their order. A row number is never used for another tap.
    public mutating func commit(
        _ newTaps: [Tap], changes: [OutboxChange] = [], state newState: BoxState? = nil
    ) throws(StorageError) -> [Int64] {
        guard !newTaps.isEmpty || !changes.isEmpty || newState != nil else { return [] }
        if let first = newTaps.first { runningTime.begin(at: first.stamp.instant) }
        let isSynced = !newTaps.isEmpty || newState != nil || changes.contains(where: \.isRecord)
        return try transaction(isSynced: isSynced) { outbox, books throws(StorageError) in
            var rows: [Int64] = []
            rows.reserveCapacity(newTaps.count)
            for tap in newTaps {
                rows.append(books.nextRow)
                try outbox.insert(tap, &books)
            }
            for change in changes { try outbox.apply(change, &books) }
            if books.droppedPositions != outbox.books.droppedPositions {
                try outbox.state.set(.droppedPositions, to: books.droppedPositions)
            }
            if let newState { try outbox.state.save(newState, outbox.database) }
            return rows
        }
    }

    private func insert(_ tap: Tap, _ books: inout OutboxBooks) throws(StorageError) {
        try taps.insert(tap, row: books.nextRow)
        if let ticket = tap.usedTicket {
            try usedTickets.insert(ticket, tap: books.nextRow, runningTime: runningTime.value(at: tap.stamp.instant))
            books.usedTickets += 1
        }
        books.nextRow += 1
        books.pending.add(tap.pending)
    }

    private func apply(_ change: OutboxChange, _ books: inout OutboxBooks) throws(StorageError) {
        switch change {
        case .delivered(.position(let row)):
            try positions.deliver(row)
            books.positions -= database.changedRows
        case .delivered(let key):
            guard let (row, part) = key.tapPart else { return }
            try taps.deliver(part, of: row)
            books.pending.add(part, times: -database.changedRows)
        case .refusedOnce(.position(let row)):
            try PositionTable.countRefusal(of: row, database)
        case .refusedOnce(let key):
            guard let (row, part) = key.tapPart else { return }
            try TapTable.countRefusal(of: part, of: row, database)
        case .refused(.position(let row), let code, let message):
            try PositionTable.refuse(row, code: code, message: message, database)
            books.positions -= database.changedRows
            books.refusedPositions += database.changedRows
        case .refused(let key, let code, let message):
            guard let (row, part) = key.tapPart else { return }
            try TapTable.refuse(part, of: row, code: code, message: message, database)
            books.pending.add(part, times: -database.changedRows)
            books.refused.add(part, times: database.changedRows)
        case .position(let record):
            while books.storedPositions >= limits.positions {
                guard let fate = try PositionTable.dropOldest(database) else { break }
                switch fate {
                case .pending: books.positions -= 1
                case .refused: books.refusedPositions -= 1
                case .collected: books.collectedPositions -= 1
                }
                // One that was carried away is not lost.
                if fate != .collected { books.droppedPositions += 1 }
            }
            try positions.insert(record)
            books.positions += 1
        case .readingOpened(let reading):
            // It takes the place of whatever is in its row.
            try readings.delete(reading.row)
            books.readings -= database.changedRows
            try readings.insert(reading)
            books.readings += 1
        case .readingSeen(let row, let lastRead): try readings.update(row, lastRead: lastRead)
        case .readingClosed(let row):
            try readings.delete(row)
            books.readings -= database.changedRows
        }
    }

    /// Puts every refused upload back among the pending ones, with no refusal counted.
    public mutating func retryRefused() throws(StorageError) {
        try transaction(isSynced: true) { outbox, books throws(StorageError) in
            try TapTable.retryRefused(outbox.database)
            try PositionTable.retryRefused(outbox.database)
            books.pending += books.refused
            books.positions += books.refusedPositions
            (books.refused, books.refusedPositions) = (OutboxBooks.Parts(), 0)
            books.firstPending = 1
        }
    }

    // MARK: The mobile network's account

    /// What was last saved; all zero in a new outbox.
    public func dataUse() throws(StorageError) -> DataUse { try state.dataUse() }

    /// Durable with the next tap: losing it costs a few minutes of the account.
    public mutating func save(_ use: DataUse) throws(StorageError) {
        let audit = audit
        try transaction(isSynced: false) { outbox, _ throws(StorageError) in try outbox.state.save(use) }
        // It comes all night, and no row that is counted has changed.
        self.audit = audit
    }

    // MARK: Transactions

    /// Does `work` as one transaction: all of it, or nothing when it throws. It keeps the books on a copy, which counts only
    /// once everything is committed.
    ///
    /// - Parameter isSynced: it is on the medium when this returns.
    mutating func transaction<Value>(
        isSynced: Bool,
        _ work: (_ outbox: borrowing Outbox, _ books: inout OutboxBooks) throws(StorageError) -> Value
    ) throws(StorageError) -> Value {
        var books = books
        let value: Value
        do throws(StorageError) {
            try begin(isSynced: isSynced)
            value = try work(self, &books)
            guard books.isPossible else { throw miscounted(books.impossibilities) }
            try waiting(if: isSynced) { () throws(StorageError) in try commitment.run() }
        } catch {
            database.rollBack()
            upkeep.note(error)
            throw error
        }
        self.books = books
        audit = OutboxAudit()
        return value
    }

    /// Does what ends with the medium's answer.
    func waiting(if isWaited: Bool = true, _ work: () throws(StorageError) -> Void) throws(StorageError) {
        guard isWaited else { return try work() }
        onSync(.begins)
        defer { onSync(.ended) }
        try work()
    }

    private mutating func begin(isSynced: Bool) throws(StorageError) {
        try repairAfterFailure()
        if isSynced != isSyncingCommits {
            try database.execute("PRAGMA synchronous = \(isSynced ? "FULL" : "NORMAL")")
            isSyncingCommits = isSynced
        }
        try beginning.run()
    }
}

extension OutboxChange {
    /// Something new, not a mark on what is there.
    fileprivate var isRecord: Bool {
        switch self {
        case .position, .readingOpened: true
        case .delivered, .refusedOnce, .refused, .readingSeen, .readingClosed: false
        }
    }
}

extension UploadKey {
    /// The tap's row and the part of it; nil for a position.
    fileprivate var tapPart: (row: Int64, part: UploadParts)? {
        switch self {
        case .booking(let row): (row, .booking)
        case .log(let row): (row, .log)
        case .position: nil
        }
    }
}
