import CPostgreSQL

/// One connection to a PostgreSQL database, closed with its last owner. Every call waits for the server, until `deadline` at most: it belongs
/// to a thread that nobody else needs (`PostgreSQLLane`).
///
/// The connection has no lock of its own: its owner's isolation is what keeps two threads out.
@safe public final class PostgreSQLConnection {
    /// What a new session is told beside the timeout of its statements. A transaction whose client is gone ends, lest its locks stay.
    private static let sessionSettings = [("idle_in_transaction_session_timeout", "15s"), ("jit", "off")]
    /// More statements than a program has; one that goes beyond is not kept.
    private static let maximumPrepared = 256

    let handle: OpaquePointer
    let address: PostgreSQLAddress
    /// Until then the server has answered, or the connection is given up: whether it will still do what it was asked is not known.
    public var deadline: ContinuousClock.Instant
    /// An answer is outstanding for which nobody waits any more.
    var isGivenUp = false
    private var prepared: [String: [UInt32]] = [:]
    private var names: [String: String] = [:]

    /// Connects; waits for 3 s a server, or as the address says (`connect_timeout`).
    /// - Parameter patience: after which the server ends a statement by itself, unless the address says otherwise (`statement_timeout`).
    public init(_ address: PostgreSQLAddress, patience: Duration) throws(PostgreSQLError) {
        self.address = address
        deadline = .now + .seconds(10)
        guard let handle = unsafe PQconnectdb(address.connectionText) else {
            throw PostgreSQLError(.other, what: "\(address): no memory for a connection")
        }
        unsafe self.handle = handle
        guard unsafe PQstatus(handle) == CONNECTION_OK else {
            throw PostgreSQLError(connecting: unsafe Self.firstLine(PQerrorMessage(handle)), what: "\(address)")
        }
        unsafe cpostgresql_silence(handle)
        // Else sending would wait for a server that reads nothing, with no end.
        guard unsafe PQsetnonblocking(handle, 1) == 0 else { throw lost() }
        deadline = .now + min(patience, .seconds(10))
        let timeout = ("statement_timeout", "\(max(1, Int64(patience / .milliseconds(1))))ms")
        let settings = (Self.sessionSettings + [timeout]).filter { !address.isSetByOperator($0.0) }.map {
            "SET \($0.0) = '\($0.1)'"
        }
        // What the server acknowledges is on its disk.
        let durable = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        try execute((settings + [durable]).joined(separator: "; "))
    }

    deinit { unsafe PQfinish(handle) }

    /// Whether it can be used for further statements; where it cannot, only a new one helps.
    public var isUsable: Bool {
        unsafe !isGivenUp && PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) == PQTRANS_IDLE
    }

    /// Runs one or more statements that take no values and whose rows, if they give any, are of no interest.
    public func execute(_ sql: String) throws(PostgreSQLError) {
        try send { unsafe PQsendQuery(handle, sql) }
        _ = try answer()
    }

    /// Runs one statement. Its text is what the server compiles once for the connection: values are for `parameters` (`$1`, …).
    @discardableResult
    public func run(_ sql: String, _ parameters: PostgreSQLParameter...) throws(PostgreSQLError) -> PostgreSQLRows {
        try run(sql, parameters)
    }

    /// Runs one statement with as many values as its text has.
    @discardableResult
    public func run(_ sql: String, _ parameters: [PostgreSQLParameter]) throws(PostgreSQLError) -> PostgreSQLRows {
        let name = try prepare(sql, parameters.map(\.typeID))
        let values = EncodedParameters(parameters)
        try send {
            unsafe values.withPointers { values, lengths, formats in
                if let name {
                    unsafe PQsendQueryPrepared(handle, name, Int32(parameters.count), values, lengths, formats, 1)
                } else {
                    unsafe PQsendQueryParams(
                        handle, sql, Int32(parameters.count), parameters.map(\.typeID), values, lengths, formats, 1)
                }
            }
        }
        return PostgreSQLRows(answer: try answer())
    }

    /// All that `body` writes is on the server's disk when this returns; when it throws, none of it, unless the connection was lost over
    /// the commit itself, which `isCommitUnknown` tells.
    public func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        // Each statement sees what others committed before it: what was waited for by a lock is then read as it is.
        try transaction("BEGIN ISOLATION LEVEL READ COMMITTED", body)
    }

    /// One state of the database for all that `body` reads.
    public func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
        try transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", body)
    }

    private func transaction<Result>(_ begin: String, _ body: () throws -> Result) throws -> Result {
        isCommitUnknown = false
        try execute(begin)
        do {
            let result = try body()
            isCommitUnknown = true
            let tag = try commit()
            isCommitUnknown = false
            guard tag == "COMMIT" else {
                throw PostgreSQLError(.other, what: "\(address): a transaction whose statement failed was to be committed")
            }
            return result
        } catch {
            if unsafe !isGivenUp && PQstatus(handle) == CONNECTION_OK { isCommitUnknown = false }
            rollBack()
            throw error
        }
    }

    /// The last transaction ended with neither the server's yes nor its no.
    public private(set) var isCommitUnknown = false

    private func commit() throws(PostgreSQLError) -> String {
        try send { unsafe PQsendQuery(handle, "COMMIT") }
        return try answer().tag
    }

    /// Undoes an open transaction. Where the server does not answer, the connection is of no more use, and the server undoes it.
    private func rollBack() {
        guard unsafe !isGivenUp && PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) != PQTRANS_IDLE else {
            return
        }
        // Some time of its own: the transaction may have used up all that it had.
        deadline = max(deadline, .now + .seconds(1))
        try? execute("ROLLBACK")
    }

    /// The name under which the server keeps the compiled statement; nil where it keeps enough of them.
    private func prepare(_ sql: String, _ types: [UInt32]) throws(PostgreSQLError) -> String? {
        if let name = names[sql] {
            precondition(prepared[sql] == types, "a statement's parameters are always of the same types: \(sql)")
            return name
        }
        guard names.count < Self.maximumPrepared else { return nil }
        let name = "s\(names.count)"
        try send { unsafe PQsendPrepare(handle, name, sql, Int32(types.count), types) }
        _ = try answer()
        names[sql] = name
        prepared[sql] = types
        return name
    }
}
