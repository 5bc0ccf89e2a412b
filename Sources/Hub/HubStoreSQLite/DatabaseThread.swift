import BlockingWork
import HubStore
import SQLite

/// A connection and what waits for it, one piece of work after the other, on a thread that Swift's tasks do not need meanwhile: a commit
/// blocks for milliseconds.
actor DatabaseThread {
    private let executor: BlockingExecutor
    private let connection: Connection

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(_ name: String, open: @Sendable () throws -> sending Connection) throws {
        executor = BlockingExecutor(label: name)
        connection = try open()
    }

    /// All that `body` writes is on disk when this returns.
    func transaction<Result: Sendable>(_ body: @Sendable (Connection) throws -> Result) throws -> Result {
        try HubStoreError.telling { try connection.transaction { try body(connection) } }
    }

    /// One state of the database for all that `body` reads.
    func snapshot<Result: Sendable>(_ body: @Sendable (Connection) throws -> Result) throws -> Result {
        try HubStoreError.telling { try connection.snapshot { try body(connection) } }
    }

    /// Without a transaction around it.
    func bare<Result: Sendable>(_ body: @Sendable (Connection) throws -> Result) throws -> Result {
        try HubStoreError.telling { try body(connection) }
    }
}
