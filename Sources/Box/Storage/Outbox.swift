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
    let state: StateTable
    private let beginning: Statement
    private let commitment: Statement

    var books: Books
    var cursor = BacklogCursor()
    var upkeep = Upkeep()
    private var isSyncingCommits = true
    private var restored: RestoredOutbox

    /// What had to be done to open it, such as setting a damaged file aside.
    public private(set) var notices: [Notice]

    /// What is known of the tables without reading them. A transaction works on a copy, which counts only once it is committed.
    struct Books {
        var counts = OutboxCounts()
        /// The row of the next tap.
        var nextRow: Int64 = 1
        /// No tap before this row has anything to upload.
        var firstPending: Int64 = 1
    }
}

extension Outbox {
    /// Opens `path`, or makes it. What is there and is no outbox, or a broken one, is renamed to `….damaged-1` and so on,
    /// never deleted.
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
        } catch  where error.kind == .damaged {
            if let overwritten { try DurableFile.remove(overwritten) }
            let aside = try FileSetAside.database(path)
            let notice = Notice(
                .error,
                "\(error.what): set aside as \(aside), going on with an empty one; send it in, its records may be recoverable")
            try self.init(opening: path, limits, vfs, notices: [notice])
        }
    }

    private init(opening path: String, _ limits: OutboxLimits, _ vfs: String?, notices: [Notice]) throws(StorageError) {
        try self.init(database: Database(path: path, vfs: vfs), limits: limits, notices: notices)
    }

    private init(database: consuming Database, limits: OutboxLimits, notices: [Notice]) throws(StorageError) {
        try OutboxSchema.prepare(database)
        let state = try StateTable(database)
        // Reading everything that a restart needs is also the proof that the file is sound.
        let books = try Self.audit(database, droppedPositions: state.number(.droppedPositions))
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
            readings: readings, state: state, beginning: beginning, commitment: commitment, books: books, restored: restored,
            notices: notices)
    }

    private static func audit(_ database: borrowing Database, droppedPositions: Int) throws(StorageError) -> Books {
        var books = Books()
        let rows = try database.prepare(
            """
            SELECT ifnull(max(row), 0), ifnull(sum((pending & 1) + (pending >> 1)), 0), \
            ifnull(sum((refused & 1) + (refused >> 1)), 0), \
            min(CASE WHEN pending THEN row END), ifnull(sum((collected & 1) + (collected >> 1)), 0) FROM taps
            """)
        if try rows.step() {
            books.nextRow = (rows.integer(0) ?? 0) + 1
            books.counts.records = Int(rows.integer(1) ?? 0)
            books.counts.refused = Int(rows.integer(2) ?? 0)
            books.firstPending = rows.integer(3) ?? books.nextRow
            books.counts.collected = Int(rows.integer(4) ?? 0)
        }
        let reports = try database.prepare("SELECT count(*), ifnull(sum(refused), 0), ifnull(sum(collected), 0) FROM positions")
        if try reports.step() {
            books.counts.refusedPositions = Int(reports.integer(1) ?? 0)
            books.counts.collectedPositions = Int(reports.integer(2) ?? 0)
            books.counts.positions =
                Int(reports.integer(0) ?? 0) - books.counts.refusedPositions - books.counts.collectedPositions
        }
        books.counts.droppedPositions = droppedPositions
        return books
    }

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
        var rows: [Int64] = []
        rows.reserveCapacity(newTaps.count)
        var books = books
        try begin(isSynced: !newTaps.isEmpty || newState != nil || changes.contains(where: \.isRecord))
        do throws(StorageError) {
            for tap in newTaps {
                let row = books.nextRow
                try taps.insert(tap, row: row)
                if let ticket = tap.usedTicket { try usedTickets.insert(ticket, tap: row) }
                books.nextRow += 1
                books.counts.records += tap.pending.count
                rows.append(row)
            }
            for change in changes { try apply(change, &books) }
            if books.counts.droppedPositions != self.books.counts.droppedPositions {
                try state.set(.droppedPositions, to: books.counts.droppedPositions)
            }
            if let newState { try state.save(newState, database) }
        } catch {
            throw abandon(error)
        }
        try end()
        self.books = books
        return rows
    }

    private func apply(_ change: OutboxChange, _ books: inout Books) throws(StorageError) {
        switch change {
        case .delivered(.position(let row)):
            try positions.deliver(row)
            books.counts.positions -= database.changedRows
        case .delivered(let key):
            guard let (row, part) = key.tapPart else { return }
            try taps.deliver(part, of: row)
            books.counts.records -= database.changedRows
        case .refusedOnce(.position(let row)):
            try positions.countRefusal(of: row)
        case .refusedOnce(let key):
            guard let (row, part) = key.tapPart else { return }
            try taps.countRefusal(of: part, of: row)
        case .refused(.position(let row), let code, let message):
            try positions.refuse(row, code: code, message: message)
            books.counts.positions -= database.changedRows
            books.counts.refusedPositions += database.changedRows
        case .refused(let key, let code, let message):
            guard let (row, part) = key.tapPart else { return }
            try taps.refuse(part, of: row, code: code, message: message)
            books.counts.records -= database.changedRows
            books.counts.refused += database.changedRows
        case .position(let record):
            while books.counts.storedPositions >= limits.positions {
                guard let fate = try positions.dropOldest() else { break }
                switch fate {
                case .pending: books.counts.positions -= 1
                case .refused: books.counts.refusedPositions -= 1
                case .collected: books.counts.collectedPositions -= 1
                }
                // One that was carried away is not lost.
                if fate != .collected { books.counts.droppedPositions += 1 }
            }
            try positions.insert(record)
            books.counts.positions += 1
        case .readingOpened(let reading): try readings.insert(reading)
        case .readingSeen(let row, let lastRead): try readings.update(row, lastRead: lastRead)
        case .readingClosed(let row): try readings.delete(row)
        }
    }

    /// Puts every refused upload back among the pending ones, with no refusal counted.
    public mutating func retryRefused() throws(StorageError) {
        try begin(isSynced: true)
        do throws(StorageError) {
            try TapTable.retryRefused(database)
            try PositionTable.retryRefused(database)
        } catch {
            throw abandon(error)
        }
        try end()
        books.counts.records += books.counts.refused
        books.counts.positions += books.counts.refusedPositions
        books.counts.refused = 0
        books.counts.refusedPositions = 0
        books.firstPending = 1
    }

    // MARK: The mobile network's account

    /// What was last saved; all zero in a new outbox.
    public func dataUse() throws(StorageError) -> DataUse { try state.dataUse() }

    /// Durable with the next tap: losing it costs a few minutes of the account.
    public mutating func save(_ use: DataUse) throws(StorageError) {
        try begin(isSynced: false)
        do throws(StorageError) {
            try state.save(use)
        } catch {
            throw abandon(error)
        }
        try end()
    }

    // MARK: Transactions

    mutating func begin(isSynced: Bool) throws(StorageError) {
        try repairAfterFailure()
        if isSynced != isSyncingCommits {
            try database.execute("PRAGMA synchronous = \(isSynced ? "FULL" : "NORMAL")")
            isSyncingCommits = isSynced
        }
        try beginning.run()
    }

    mutating func end() throws(StorageError) {
        do throws(StorageError) {
            try commitment.run()
        } catch {
            throw abandon(error)
        }
    }

    /// Undoes the open transaction; nothing of it is stored.
    mutating func abandon(_ error: StorageError) -> StorageError {
        database.rollBack()
        upkeep.note(error)
        return error
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
