import Base
import Fares
import Glibc
import HubDomain
import HubStore
import SQLite

/// The hub's store in one file. Several programs may have it open at once; SQLite keeps them apart.
public struct HubStoreSQLite: HubStore {
    /// The write-ahead log's file is cut back to so many bytes once a reader that kept it from being emptied has gone.
    static let keptLogBytes: Int64 = 8 << 20

    /// All that changes something, and what a request needs before it does.
    let writer: DatabaseThread
    /// Lists, pages and listings, which hold nobody up that writes.
    let reader: DatabaseThread

    /// Opens the database, or makes it, which nobody but its owner may read, in a folder that nobody else may enter; one of an earlier release
    /// is taken over.
    /// - Throws: `HubStoreError`
    public init(path: String) throws {
        Self.createFolder(of: path)
        Self.createFile(path)
        (writer, reader) = try HubStoreError.telling {
            let writer = try DatabaseThread("hub-store-writer") { try Self.openWriter(path) }
            return (writer, try DatabaseThread("hub-store-reader") { try Self.openReader(path) })
        }
    }

    static func openWriter(_ path: String) throws -> sending Connection {
        let connection = try Connection(path: path)
        // Secure: a card that was deleted, or gave way to a pseudonym, is not left in the file's unused places.
        try connection.execute(
            """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
            PRAGMA journal_size_limit = \(keptLogBytes)
            """)
        // In a transaction: another program may be about to make them, too.
        try connection.transaction {
            let version = try connection.integer("PRAGMA user_version") ?? 0
            guard version <= Schema.version else { throw HubStoreError.newerSchema(path: path, version: version) }
            if version < Schema.version {
                try connection.execute(Schema.upgrade(from: version))
                try connection.execute("PRAGMA user_version = \(Schema.version)")
            }
            guard try connection.integer("SELECT 1 FROM versions WHERE name = 'restored'") == nil else {
                return try connection.execute(Schema.beginAfterRestore)
            }
        }
        return connection
    }

    private static func openReader(_ path: String) throws -> sending Connection {
        let connection = try Connection(path: path)
        try connection.execute("PRAGMA query_only = ON")
        return connection
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
        guard file >= 0 else { return }
        defer { close(file) }
        // What root makes, the service could not write: whose the folder is, his is the file.
        var folder = stat()
        let isKnown = unsafe stat(path.lastIndex(of: "/").map { String(path[...$0]) } ?? ".", &folder) == 0
        if geteuid() == 0, isKnown { _ = fchown(file, folder.st_uid, folder.st_gid) }
    }

    // MARK: Devices, keys and tokens

    public func transact<Outcome: Sendable>(
        _ wanted: WantedFacts, _ decide: @escaping @Sendable (inout StoreFacts) throws -> Outcome
    ) async throws -> Outcome {
        try await writer.transaction { connection in
            var facts = StoreFacts(try FactTables(connection: connection).load(wanted))
            let outcome = try decide(&facts)
            try FactTables(connection: connection).write(facts.changes)
            return outcome
        }
    }

    public func facts(_ wanted: WantedFacts) async throws -> StoreFacts {
        try await reader.snapshot { StoreFacts(try FactTables(connection: $0).load(wanted)) }
    }

    public func devices(after: String?, limit: Int) async throws -> [Device] {
        try await reader.snapshot { try DeviceTable(connection: $0).page(after: after, limit: limit) }
    }

    public func adopt(_ keys: [KeyGroup.Key], revokingFormer: Bool, at now: WallTime) async throws -> Int64 {
        try await writer.transaction {
            try KeyTable(connection: $0).adopt(keys, revokingFormer: revokingFormer, at: now)
        }
    }

    public func tokens(goodAt now: WallTime) async throws -> [NamedToken] {
        try await reader.snapshot { try TokenTable(connection: $0).all(at: now) }
    }

    public func prune(expiredAt now: WallTime) async throws {
        try await writer.transaction { connection in
            try connection.run("DELETE FROM tokens WHERE expires_at < ?", now.milliseconds)
            try connection.run("DELETE FROM used_tickets WHERE expires_at < ?", now.milliseconds)
            try EnrolmentTable(connection: connection).prune(at: now)
        }
    }

    // MARK: Records and positions

    public func records(after: RecordCursor?, limit: Int, deviceID: String?) async throws -> [StoredRecord] {
        try await reader.snapshot { try RecordTable(connection: $0).page(after: after, limit: limit, deviceID: deviceID) }
    }

    public func newestNamed(until now: WallTime) async throws -> WallTime? {
        try await reader.snapshot { try RecordTable(connection: $0).newestNamed(until: now) }
    }

    public func pseudonymise(
        receivedBefore time: WallTime, limit: Int, _ name: @escaping @Sendable (String) -> String
    ) async throws -> Int {
        try await writer.transaction {
            try RecordTable(connection: $0).pseudonymise(receivedBefore: time, limit: limit, name)
        }
    }

    public func rename(
        after: RecordCursor?, limit: Int, _ name: @escaping @Sendable (String) -> String?
    ) async throws -> RenamedSlice? {
        try await writer.transaction { try RecordTable(connection: $0).rename(after: after, limit: limit, name) }
    }

    public func prunePositions(receivedBefore time: WallTime, limit: Int) async throws -> Int {
        try await writer.transaction { try PositionTable(connection: $0).prune(receivedBefore: time, limit: limit) }
    }

    // MARK: Operation

    public func emptyLog() async throws -> Bool {
        try await writer.bare { try $0.emptyLog() }
    }

    public func lease(_ name: String, holder: String, for time: Duration, at now: WallTime) async throws -> Bool {
        try await writer.transaction { connection in
            try connection.run(
                """
                INSERT INTO leases VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET holder = excluded.holder, ends_at = excluded.ends_at
                WHERE holder = excluded.holder OR ends_at <= ? OR ends_at > ?
                """, name, holder, (now + time).milliseconds, now.milliseconds, (now + time * 2).milliseconds)
            return connection.changedRows > 0
        }
    }

    public func endLease(_ name: String, holder: String) async throws {
        try await writer.transaction { try $0.run("DELETE FROM leases WHERE name = ? AND holder = ?", name, holder) }
    }
}

extension HubStoreError {
    static func newerSchema(path: String, version: Int64) -> HubStoreError {
        HubStoreError(
            .newerSchema, "\(path) was written by a later release (schema \(version))",
            nextStep: "install that release, or configure another database.path")
    }
}
