import CSQLite

/// One connection to a SQLite database. It belongs to whoever owns the value, and is closed with it.
///
/// The connection has no lock of its own: its owner's isolation is what keeps two threads out.
@safe public struct Database: ~Copyable {
    public enum Mode: Sendable {
        /// Opens the file, or makes it.
        case create
        case readWrite
        case readOnly
    }

    let handle: OpaquePointer
    public let path: String
    private let idle: IdleStatements

    /// - Parameter vfs: the name of a SQLite file system that has been registered; nil is the operating system's.
    public init(path: String, mode: Mode = .create, vfs: String? = nil) throws(StorageError) {
        let access =
            switch mode {
            case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .readWrite: SQLITE_OPEN_READWRITE
            case .readOnly: SQLITE_OPEN_READONLY
            }
        let flags = access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        var opened: OpaquePointer?
        let code =
            if let vfs {
                unsafe sqlite3_open_v2(path, &opened, flags, vfs)
            } else {
                unsafe sqlite3_open_v2(path, &opened, flags, nil)
            }
        guard code == SQLITE_OK, let handle = unsafe opened else {
            let error = unsafe StorageError(
                sqlite: code, systemError: opened.map { unsafe sqlite3_system_errno($0) } ?? 0, path: path,
                message: String(cString: sqlite3_errstr(code)))
            unsafe sqlite3_close_v2(opened)
            throw error
        }
        unsafe self.handle = handle
        self.path = path
        idle = IdleStatements()
    }

    deinit {
        idle.close()
        // Statements that outlive it keep the connection until they are gone.
        unsafe sqlite3_close_v2(handle)
    }

    /// Runs one or more statements that give no rows and take no values.
    public func execute(_ sql: String) throws(StorageError) {
        try check(unsafe sqlite3_exec(handle, sql, nil, nil, nil))
    }

    /// For how long a statement waits, at most, while another connection holds the database; 0: it fails at once.
    public func wait(milliseconds: Int32) {
        // It fails for no value.
        _ = unsafe sqlite3_busy_timeout(handle, milliseconds)
    }

    /// Compiles one statement, to be kept and run many times, or gives one of the same text that was let go not long ago. Settings
    /// are for `execute`: some PRAGMAs take effect when they are compiled.
    public func prepare(_ sql: String) throws(StorageError) -> Statement {
        if let handle = unsafe idle.take(sql) { return unsafe Statement(handle: handle, sql: sql, idle: idle) }
        var compiled: OpaquePointer?
        try check(unsafe sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &compiled, nil))
        guard let handle = unsafe compiled else {
            throw StorageError(kind: .other, what: "\(path): no statement in \"\(sql)\"")
        }
        return unsafe Statement(handle: handle, sql: sql, idle: idle)
    }

    /// The one integer that `sql` yields; nil for no row or NULL.
    public func integer(_ sql: String) throws(StorageError) -> Int64? {
        let statement = try prepare(sql)
        return try statement.step() ? statement.integer(0) : nil
    }

    /// Rows that the last INSERT, UPDATE or DELETE touched.
    public var changedRows: Int { unsafe Int(sqlite3_changes64(handle)) }

    /// Undoes an open transaction; nothing happens when SQLite has undone it already.
    public func rollBack() {
        guard unsafe sqlite3_get_autocommit(handle) == 0 else { return }
        // An error here changes nothing: the transaction is not committed, and the next one says what is wrong.
        _ = unsafe sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
    }

    public func check(_ code: Int32) throws(StorageError) {
        guard code != SQLITE_OK else { return }
        throw unsafe StorageError(
            sqlite: code, systemError: sqlite3_system_errno(handle), path: path, message: String(cString: sqlite3_errmsg(handle)))
    }
}

/// The write-ahead log.
extension Database {
    /// Frames written to the write-ahead log since the connection was opened.
    public var pagesWritten: Int { unsafe Int(csqlite_pages_written(handle)) }

    public enum CheckpointMode { case passive, truncate }

    /// Moves what is in the write-ahead log into the database, and syncs both.
    public func checkpoint(_ mode: CheckpointMode) throws(StorageError) {
        let mode = mode == .passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE
        try check(unsafe sqlite3_wal_checkpoint_v2(handle, "main", mode, nil, nil))
    }

    /// Leaves the log's file alone when the database is closed. To be called before anything else, so that a damaged log is
    /// not deleted.
    public func keepWriteAheadLog() throws(StorageError) {
        try check(unsafe csqlite_keep_wal(handle))
    }

    /// Makes the log a file of at least `size` bytes, so that a commit writes into blocks that it has already.
    public func reserveWriteAheadLog(bytes size: Int64) throws(StorageError) {
        try check(unsafe csqlite_extend_wal(handle, size))
    }
}
