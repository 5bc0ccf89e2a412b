import SQLite

/// A connection that compiles each statement once. Parameters are `?` in order.
final class Connection {
    /// For how long a statement waits for another program.
    private static let patience = Duration.seconds(10)

    private let database: Database
    private var statements: [String: KeptStatement] = [:]

    init(path: String) throws(StorageError) {
        database = try Database(path: path)
        database.wait(milliseconds: Self.patienceMilliseconds)
    }

    private static var patienceMilliseconds: Int32 { Int32(patience / .milliseconds(1)) }

    var path: String { database.path }

    /// Runs statements that take no values; they are not kept.
    func execute(_ sql: String) throws(StorageError) { try database.execute(sql) }

    func integer(_ sql: String) throws(StorageError) -> Int64? { try database.integer(sql) }

    /// How many rows the last statement inserted, updated or deleted.
    var changedRows: Int { database.changedRows }

    /// All that `body` writes is on disk when this returns; when it throws, none of it.
    func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try begin()
        do {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            database.rollBack()
            throw error
        }
    }

    /// One state of the database for all that `body` reads.
    func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
        try run("BEGIN")
        defer { database.rollBack() }
        return try body()
    }

    /// IMMEDIATE: a transaction that reads first and writes later could not wait for another writer. SQLite's own waiting looks again every
    /// tenth of a second in the end, and would find the database held each time by a program that imports a list, slice after slice.
    private func begin() throws(StorageError) {
        let deadline = ContinuousClock.now + Self.patience
        database.wait(milliseconds: 3)
        defer { database.wait(milliseconds: Self.patienceMilliseconds) }
        while true {
            do throws(StorageError) {
                return try run("BEGIN IMMEDIATE")
            } catch {
                guard error.kind == .busy, ContinuousClock.now < deadline else { throw error }
            }
        }
    }

    /// Moves the write-ahead log into the database and leaves it empty; false, at once, while another connection reads or writes.
    func emptyLog() throws(StorageError) -> Bool {
        database.wait(milliseconds: 0)
        defer { database.wait(milliseconds: Self.patienceMilliseconds) }
        do throws(StorageError) {
            try database.checkpoint(.truncate)
            return true
        } catch {
            guard error.kind == .busy else { throw error }
            return false
        }
    }

    func run<each Value: ColumnValue>(_ sql: String, _ values: repeat each Value) throws(StorageError) {
        let kept = try statement(sql)
        var index: Int32 = 0
        for value in repeat each values {
            index += 1
            try value.bind(to: kept.statement, at: index)
        }
        try kept.statement.run()
    }

    /// What `read` makes of the first row; nil when there is none.
    func first<Row, each Value: ColumnValue>(
        _ sql: String, _ values: repeat each Value, read: (borrowing Statement) -> Row
    ) throws(StorageError) -> Row? {
        let kept = try statement(sql)
        var index: Int32 = 0
        for value in repeat each values {
            index += 1
            try value.bind(to: kept.statement, at: index)
        }
        guard try kept.statement.step() else { return nil }
        defer { kept.statement.reset() }
        return read(kept.statement)
    }

    /// What `read` makes of every row.
    func all<Row, each Value: ColumnValue>(
        _ sql: String, _ values: repeat each Value, read: (borrowing Statement) -> Row
    ) throws(StorageError) -> [Row] {
        let kept = try statement(sql)
        var index: Int32 = 0
        for value in repeat each values {
            index += 1
            try value.bind(to: kept.statement, at: index)
        }
        // Harmless after the last row; after an error it ends the run.
        defer { kept.statement.reset() }
        var rows: [Row] = []
        while try kept.statement.step() { rows.append(read(kept.statement)) }
        return rows
    }

    /// As `run`, of a statement whose number of values is known late.
    func run(_ sql: String, values: [any ColumnValue]) throws(StorageError) {
        let kept = try statement(sql)
        for (offset, value) in values.enumerated() { try value.bind(to: kept.statement, at: Int32(offset + 1)) }
        try kept.statement.run()
    }

    /// As `all`, of a statement whose number of values is known late.
    func all<Row>(_ sql: String, values: [any ColumnValue], read: (borrowing Statement) -> Row) throws(StorageError) -> [Row] {
        let kept = try statement(sql)
        for (offset, value) in values.enumerated() { try value.bind(to: kept.statement, at: Int32(offset + 1)) }
        defer { kept.statement.reset() }
        var rows: [Row] = []
        while try kept.statement.step() { rows.append(read(kept.statement)) }
        return rows
    }

    private func statement(_ sql: String) throws(StorageError) -> KeptStatement {
        if let found = statements[sql] { return found }
        let kept = KeptStatement(try database.prepare(sql))
        statements[sql] = kept
        return kept
    }
}

/// Gives a statement the place in a dictionary that it cannot have by itself.
private final class KeptStatement {
    let statement: Statement

    init(_ statement: consuming Statement) {
        self.statement = statement
    }
}
