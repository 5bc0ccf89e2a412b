import Base
import Glibc
import SQLite

/// The hub's database, opened by the server and by each command; SQLite keeps them apart.
public struct HubDatabase {
    /// The database was written by a later release, which may have laid it out otherwise.
    public struct NewerSchema: Error, CustomStringConvertible {
        public var path: String
        /// That it has.
        public var version: Int64
        public var description: String {
            "\(path) was written by a later release (schema \(version)): install that release, or configure another database.path"
        }
    }

    /// The write-ahead log's file is cut back to so many bytes once a reader that kept it from being emptied has gone.
    static let keptLogBytes: Int64 = 8 << 20

    /// For how long a statement waits for another connection: a command may hold the database while it imports a large list.
    private static let patience = "PRAGMA busy_timeout = 10000"

    private let connection: Connection

    public var devices: DeviceTable { DeviceTable(connection: connection) }
    public var cards: CardTable { CardTable(connection: connection) }
    public var keys: KeyTable { KeyTable(connection: connection) }
    public var usedTickets: UsedTicketTable { UsedTicketTable(connection: connection) }
    public var tokens: TokenTable { TokenTable(connection: connection) }
    public var records: RecordTable { RecordTable(connection: connection) }
    public var positions: PositionTable { PositionTable(connection: connection) }

    /// Opens the database, or makes it, which nobody but its owner may read, in a folder that nobody else may enter.
    /// - Throws: `StorageError`, or `NewerSchema`.
    public init(path: String) throws {
        Self.createFolder(of: path)
        Self.createFile(path)
        connection = try Connection(path: path)
        // Secure: a card that was deleted, or gave way to a pseudonym, is not left in the file's unused places.
        try connection.execute(
            """
            \(Self.patience); PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
            PRAGMA journal_size_limit = \(Self.keptLogBytes)
            """)
        try createTables()
    }

    /// All that `body` writes is on disk when this returns; when it throws, none of it.
    public func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        // IMMEDIATE: a transaction that reads first and writes later could not wait for another writer.
        try connection.execute("BEGIN IMMEDIATE")
        do {
            let result = try body()
            try connection.execute("COMMIT")
            return result
        } catch {
            connection.rollBack()
            throw error
        }
    }

    /// Within a transaction: when `body` throws, what it wrote is undone, and nothing else.
    func part<Result>(_ body: () throws -> Result) throws -> Result {
        try connection.run("SAVEPOINT part")
        do {
            let result = try body()
            try connection.run("RELEASE part")
            return result
        } catch {
            try connection.execute("ROLLBACK TO part; RELEASE part")
            throw error
        }
    }

    /// Writes more than any record does, so that what keeps records from the disk keeps this, too.
    public func rehearseRecord() throws {
        try connection.run("INSERT OR REPLACE INTO health VALUES (1, zeroblob(16384))")
    }

    /// Moves the write-ahead log into the database and empties it: until then it holds what rows held before they were changed.
    /// Not within a transaction.
    ///
    /// - Returns: false when another connection reads or writes just then. It is not waited for, since no record could be stored
    ///   meanwhile: try again later.
    public func emptyLog() throws(StorageError) -> Bool {
        try connection.execute("PRAGMA busy_timeout = 0")
        var failure: StorageError?
        do throws(StorageError) { try connection.emptyLog() } catch { failure = error }
        try connection.execute(Self.patience)
        if let failure, failure.kind != .busy { throw failure }
        return failure == nil
    }

    /// One state of the database for all that `body` reads, however long it takes.
    public func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
        try connection.execute("BEGIN")
        defer { connection.rollBack() }
        return try body()
    }

    private func createTables() throws {
        // Immediately: another process may be about to make them, too.
        try transaction {
            let version = try connection.integer("PRAGMA user_version") ?? 0
            guard version <= Schema.version else { throw NewerSchema(path: connection.path, version: version) }
            guard version < Schema.version else { return }
            try connection.execute(Schema.upgrade(from: version))
            try connection.execute("PRAGMA user_version = \(Schema.version)")
        }
    }

    private static func createFolder(of path: String) {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
        // Where it cannot be made, opening the file says why.
        unsafe mkdir(String(path[..<slash]), 0o700)
    }

    /// It holds secrets, tokens and keys. SQLite begins with an empty file, and gives the files beside it the same mode.
    private static func createFile(_ path: String) {
        // Where it cannot be made, opening it says why.
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if file >= 0 { close(file) }
    }
}
