import SQLite

/// Counts the tables from their rows, some rows at a time, whatever the books say.
struct OutboxAudit {
    private enum Table: CaseIterable {
        case taps, positions, usedTickets, readings
    }

    /// What has been counted so far.
    private(set) var counted = OutboxBooks()
    /// The table that is being counted; nil when all are.
    private var table: Table? = .taps
    /// The first of its rows that has not been counted.
    private var from = Int64.min
    /// A tap with something to upload was met.
    private var hasPending = false

    /// True when everything has been counted.
    var isDone: Bool { table == nil }

    /// Counts at most `rows` more rows of one table.
    mutating func proceed(rows limit: Int, _ database: borrowing Database) throws(StorageError) {
        guard let table else { return }
        let statement = try database.prepare(Self.query(table))
        try statement.bind(from, at: 1)
        try statement.bind(limit, at: 2)
        guard try statement.step() else { return }
        func number(_ column: Int32) -> Int { Int(statement.integer(column) ?? 0) }
        let last = statement.integer(1)
        switch table {
        case .taps:
            if let last { counted.nextRow = last + 1 }
            counted.pending += OutboxBooks.Parts(bookings: number(2), logs: number(3))
            counted.refused += OutboxBooks.Parts(bookings: number(4), logs: number(5))
            counted.collected += OutboxBooks.Parts(bookings: number(6), logs: number(7))
            if let first = statement.integer(8), !hasPending { (counted.firstPending, hasPending) = (first, true) }
        case .positions:
            counted.refusedPositions += number(2)
            counted.collectedPositions += number(3)
            counted.positions += number(0) - number(2) - number(3)
        case .usedTickets: counted.usedTickets += number(0)
        case .readings: counted.readings += number(0)
        }
        if let last, last < .max, number(0) == limit {
            from = last + 1
        } else {
            finish(table)
        }
    }

    private mutating func finish(_ table: Table) {
        if table == .taps, !hasPending { counted.firstPending = counted.nextRow }
        from = .min
        let index = Table.allCases.firstIndex(of: table) ?? 0
        self.table = Table.allCases.dropFirst(index + 1).first
    }

    /// How many rows from ?1 on there are, ?2 at most, the last of them, and what they hold.
    private static func query(_ table: Table) -> String {
        switch table {
        case .taps:
            """
            SELECT count(*), max(row), sum(pending & 1), sum(pending >> 1), sum(refused & 1), sum(refused >> 1), \
            sum(collected & 1), sum(collected >> 1), min(CASE WHEN pending THEN row END) \
            FROM (SELECT row, pending, refused, collected FROM taps WHERE row >= ?1 ORDER BY row LIMIT ?2)
            """
        case .positions:
            """
            SELECT count(*), max(row), sum(refused), sum(collected) \
            FROM (SELECT row, refused, collected FROM positions WHERE row >= ?1 ORDER BY row LIMIT ?2)
            """
        case .usedTickets:
            "SELECT count(*), max(tap) FROM (SELECT tap FROM used_tickets WHERE tap >= ?1 ORDER BY tap LIMIT ?2)"
        case .readings: "SELECT count(*), max(row) FROM (SELECT row FROM readings WHERE row >= ?1 ORDER BY row LIMIT ?2)"
        }
    }
}

extension Outbox {
    /// Counts every row and holds the books against it: the counts that the validator is handed, and where reading begins.
    ///
    /// It takes 0.1 s for 200,000 taps on a development machine, so that upkeep does it in slices; this is for tests.
    ///
    /// - Throws: with the kind `miscounted` when they differ, which only a mistake in this software makes them do. Whoever
    ///   keeps the outbox then tells it, calls `copyAside` and ends the program with a code by which it is started again: the
    ///   start counts the rows, and goes on with books that are right.
    public func checkBooks() throws(StorageError) {
        var audit = OutboxAudit()
        while !audit.isDone { try audit.proceed(rows: .max, database) }
        try check(against: audit.counted)
    }

    /// Whether something has been written that no check of the books has seen.
    public var areBooksUnchecked: Bool { !audit.isDone }

    /// The next slice of `checkBooks`. A commit begins it anew: 200,000 taps are checked when nothing has been written for 200
    /// slices, a bus's night, and what a box holds on most days at once.
    ///
    /// - Throws: with the kind `miscounted` the books are wrong, and the caller is to go on as `checkBooks` says.
    public mutating func checkSomeBooks() throws(StorageError) {
        guard !audit.isDone else { return }
        try audit.proceed(rows: Upkeep.auditedRows, database)
        if audit.isDone { try check(against: audit.counted) }
    }

    private func check(against counted: OutboxBooks) throws(StorageError) {
        if let differences = books.differences(from: counted) { throw miscounted(differences) }
    }

    func miscounted(_ what: String) -> StorageError {
        StorageError(kind: .miscounted, what: "\(database.path): the outbox is not counted right: \(what)")
    }

    /// Copies the file and its write-ahead log beside them as `….miscounted-1` and so on, so that somebody can find out why the
    /// books were wrong. At most three copies are kept: a fourth replaces the third.
    ///
    /// Only for a program that is about to end: SQLite's locks on the file are gone afterwards.
    /// - Returns: the copy's name.
    public static func copyAside(_ path: String) throws(StorageError) -> String {
        try FileSetAside.copy(path, because: "miscounted")
    }
}
