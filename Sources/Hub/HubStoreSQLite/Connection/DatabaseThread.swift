import BlockingWork
import HubStore
import SQLite

/// A connection and what waits for it, one piece of work after the other, on a thread that Swift's tasks do not need meanwhile: a commit
/// blocks for milliseconds.
actor DatabaseThread {
    private let executor: BlockingExecutor
    private let connection: Connection
    /// Where the connection found its file.
    private let place: FilePlace?

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(_ name: String, open: @Sendable () throws -> sending Connection) throws {
        executor = BlockingExecutor(label: name)
        connection = try open()
        place = FilePlace(connection.path)
    }

    /// All that `body` writes is on disk when this returns, in the file that lies at the database's path.
    func transaction<Result: Sendable>(_ body: @Sendable (Connection) throws -> Result) throws -> Result {
        let result = try HubStoreError.telling { try connection.transaction { try body(connection) } }
        // Not before: it may go while this is written.
        try place?.requireSame()
        return result
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
