import SQLite

/// A connection that compiles each statement once. Parameters are `?` in order; nil is NULL.
final class Connection {
    private let database: Database
    private var statements: [String: KeptStatement] = [:]

    init(path: String) throws(StorageError) {
        database = try Database(path: path)
    }

    var path: String { database.path }

    /// Runs statements that take no values; they are not kept.
    func execute(_ sql: String) throws(StorageError) { try database.execute(sql) }

    func integer(_ sql: String) throws(StorageError) -> Int64? { try database.integer(sql) }

    func rollBack() { database.rollBack() }

    /// Moves the write-ahead log into the database and leaves it empty.
    /// - Throws: `StorageError` of kind `busy`, at once, while another connection reads or writes.
    func emptyLog() throws(StorageError) { try database.checkpoint(.truncate) }

    /// How many rows the last statement inserted, updated or deleted.
    var changedRows: Int { database.changedRows }

    func run(_ sql: String, _ values: (any ColumnValue)?...) throws(StorageError) {
        let kept = try statement(sql, values)
        try kept.statement.run()
    }

    /// What `read` makes of the first row; nil when there is none.
    func first<Row>(
        _ sql: String, _ values: (any ColumnValue)?..., read: (borrowing Statement) -> Row
    ) throws(StorageError) -> Row? {
        let kept = try statement(sql, values)
        guard try kept.statement.step() else { return nil }
        defer { kept.statement.reset() }
        return read(kept.statement)
    }

    /// Hands every row to `read`.
    func forEach(_ sql: String, _ values: (any ColumnValue)?..., read: (borrowing Statement) throws -> Void) throws {
        let kept = try statement(sql, values)
        // Harmless after the last row; after an error it ends the run.
        defer { kept.statement.reset() }
        while try kept.statement.step() { try read(kept.statement) }
    }

    private func statement(_ sql: String, _ values: [(any ColumnValue)?]) throws(StorageError) -> KeptStatement {
        let kept: KeptStatement
        if let found = statements[sql] {
            kept = found
        } else {
            kept = KeptStatement(try database.prepare(sql))
            statements[sql] = kept
        }
        for (offset, value) in values.enumerated() {
            let index = Int32(offset + 1)
            if let value {
                try value.bind(to: kept.statement, at: index)
            } else {
                try kept.statement.bind(nil as Int64?, at: index)
            }
        }
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

/// What a statement's parameter can be set to.
protocol ColumnValue {
    func bind(to statement: borrowing Statement, at index: Int32) throws(StorageError)
}

extension Int64: ColumnValue {
    func bind(to statement: borrowing Statement, at index: Int32) throws(StorageError) { try statement.bind(self, at: index) }
}

extension Int: ColumnValue {
    func bind(to statement: borrowing Statement, at index: Int32) throws(StorageError) { try statement.bind(self, at: index) }
}

extension Double: ColumnValue {
    func bind(to statement: borrowing Statement, at index: Int32) throws(StorageError) { try statement.bind(self, at: index) }
}

extension String: ColumnValue {
    func bind(to statement: borrowing Statement, at index: Int32) throws(StorageError) { try statement.bind(self, at: index) }
}

extension [UInt8]: ColumnValue {
    func bind(to statement: borrowing Statement, at index: Int32) throws(StorageError) { try statement.bind(self, at: index) }
}
