import Base
import BlockingWork

/// One connection and the thread that waits for it; work goes through one piece after the other. A connection that is lost is opened anew, at
/// once if it had been there, else after a pause, during which work fails without waiting.
public actor PostgreSQLLane {
    /// Times that a transaction is run again because another was in its way.
    static let maximumConflicts = 10

    private let address: PostgreSQLAddress
    private let patience: Duration
    private let executor: BlockingExecutor
    private let prepare: @Sendable (PostgreSQLConnection) throws -> Void
    private var connection: PostgreSQLConnection?
    private var failures = 0
    private var lastFailure: (error: any Error, retry: ContinuousClock.Instant)?
    private var chance = SeededGenerator(seed: .random(in: .min ... .max))

    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// Connects with the first piece of work.
    /// - Parameters:
    ///   - label: of the thread.
    ///   - patience: for one piece of work, attempts after conflicts included; connecting comes on top.
    ///   - prepare: what is done first on each new connection.
    public init(
        _ address: PostgreSQLAddress, label: String, patience: Duration,
        prepare: @escaping @Sendable (PostgreSQLConnection) throws -> Void = { _ in }
    ) {
        (self.address, self.patience, self.prepare) = (address, patience, prepare)
        executor = BlockingExecutor(label: label)
    }

    /// What `body` returns, once all that it wrote is on the server's disk; when it throws, none of it is. It is run again after a conflict, and
    /// once when a connection turns out to be gone that had been idle: it must change nothing but the database.
    /// - Throws: What `body` throws, or `PostgreSQLError`. Of kind `connectionLost` or `timeout`, what was being committed may have been.
    public func transaction<Result: Sendable>(
        _ body: @Sendable (PostgreSQLConnection) throws -> Result
    ) throws -> Result {
        try attempt { connection in try connection.transaction { try body(connection) } }
    }

    /// What `body` reads, all of it from one state of the database.
    public func snapshot<Result: Sendable>(_ body: @Sendable (PostgreSQLConnection) throws -> Result) throws -> Result {
        try attempt { connection in try connection.snapshot { try body(connection) } }
    }

    /// The same for statements that need no transaction, or must not be in one.
    public func run<Result: Sendable>(_ body: @Sendable (PostgreSQLConnection) throws -> Result) throws -> Result {
        try attempt(body)
    }

    private func attempt<Result>(_ body: (PostgreSQLConnection) throws -> Result) throws -> Result {
        let deadline = ContinuousClock.now + patience
        var conflicts = 0
        var mayReopen = connection != nil
        while true {
            let connection = try open()
            connection.deadline = deadline
            do {
                defer { if !connection.isUsable { self.connection = nil } }
                return try body(connection)
            } catch let error as PostgreSQLError {
                // Another server of the address may have taken over.
                if error.kind == .readOnly { self.connection = nil }
                switch error.kind {
                case .conflict where conflicts < Self.maximumConflicts && ContinuousClock.now < deadline: conflicts += 1
                case .connectionLost where mayReopen && !connection.isCommitUnknown: mayReopen = false
                default: throw error
                }
            }
        }
    }

    private func open() throws -> PostgreSQLConnection {
        if let connection { return connection }
        if let lastFailure, ContinuousClock.now < lastFailure.retry { throw lastFailure.error }
        do {
            let connection = try PostgreSQLConnection(address, patience: patience)
            try prepare(connection)
            (self.connection, failures, lastFailure) = (connection, 0, nil)
            return connection
        } catch {
            failures += 1
            let pause = Backoff.delay(
                afterFailures: failures, base: .milliseconds(100), maximum: .seconds(5), using: &chance)
            lastFailure = (error, .now + pause)
            throw error
        }
    }
}
