import CSQLite

/// A compiled SQL statement, kept by its owner and run again and again. Parameters count from 1, columns from 0.
@safe public struct Statement: ~Copyable {
    private let handle: OpaquePointer
    private let sql: String
    private let idle: IdleStatements

    /// - Parameter idle: where it goes when its owner has no more use for it.
    init(handle: OpaquePointer, sql: String, idle: IdleStatements) {
        unsafe self.handle = handle
        (self.sql, self.idle) = (sql, idle)
    }

    deinit {
        reset()
        unsafe idle.keep(handle, sql)
    }

    /// Moves to the next row; false at the end, when the statement is ready to be run anew.
    public func step() throws(StorageError) -> Bool {
        let code = unsafe sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE {
            reset()
            return false
        }
        let error = error(code)
        reset()
        throw error
    }

    /// Runs a statement whose rows, if it has any, are of no interest.
    public func run() throws(StorageError) {
        if try step() { reset() }
    }

    /// Ends a run before its last row, and forgets the bound values.
    public func reset() {
        // Both report the failure of the run that they end, which has been thrown already.
        _ = unsafe sqlite3_reset(handle)
        _ = unsafe sqlite3_clear_bindings(handle)
    }

    // MARK: Values in

    public func bind(_ value: Int64?, at index: Int32) throws(StorageError) {
        if let value {
            try check(unsafe sqlite3_bind_int64(handle, index, value))
        } else {
            try check(unsafe sqlite3_bind_null(handle, index))
        }
    }

    public func bind(_ value: Int, at index: Int32) throws(StorageError) {
        try check(unsafe sqlite3_bind_int64(handle, index, Int64(value)))
    }

    public func bind(_ value: Double?, at index: Int32) throws(StorageError) {
        if let value {
            try check(unsafe sqlite3_bind_double(handle, index, value))
        } else {
            try check(unsafe sqlite3_bind_null(handle, index))
        }
    }

    public func bind(_ value: String?, at index: Int32) throws(StorageError) {
        if var value {
            let code = value.withUTF8 { text in
                unsafe text.withMemoryRebound(to: CChar.self) { text in
                    unsafe csqlite_bind_text(handle, index, text.baseAddress, Int32(clamping: text.count))
                }
            }
            try check(code)
        } else {
            try check(unsafe sqlite3_bind_null(handle, index))
        }
    }

    public func bind(_ value: [UInt8]?, at index: Int32) throws(StorageError) {
        if let value {
            let code = unsafe value.withUnsafeBytes { bytes in
                unsafe csqlite_bind_blob(handle, index, bytes.baseAddress, Int32(clamping: bytes.count))
            }
            try check(code)
        } else {
            try check(unsafe sqlite3_bind_null(handle, index))
        }
    }

    /// Binds a blob of 16 bytes, which `words` gives back.
    public func bind(high: UInt64, low: UInt64, at index: Int32) throws(StorageError) {
        let words = (high.bigEndian, low.bigEndian)
        let code = unsafe withUnsafeBytes(of: words) { bytes in
            unsafe csqlite_bind_blob(handle, index, bytes.baseAddress, Int32(bytes.count))
        }
        try check(code)
    }

    /// Binds `bytes` without a copy. They must stay valid until the statement has run.
    @unsafe public func bind(inPlace bytes: UnsafeRawBufferPointer, at index: Int32) throws(StorageError) {
        try check(unsafe csqlite_bind_blob_in_place(handle, index, bytes.baseAddress, Int32(clamping: bytes.count)))
    }

    // MARK: Columns out

    public func isNull(_ column: Int32) -> Bool {
        unsafe sqlite3_column_type(handle, column) == SQLITE_NULL
    }

    /// Nil for NULL.
    public func integer(_ column: Int32) -> Int64? {
        let value = unsafe sqlite3_column_int64(handle, column)
        return value == 0 && isNull(column) ? nil : value
    }

    /// Nil for NULL.
    public func double(_ column: Int32) -> Double? {
        isNull(column) ? nil : unsafe sqlite3_column_double(handle, column)
    }

    /// Nil for NULL and for what is not text. Ill-formed UTF-8 is repaired.
    public func text(_ column: Int32) -> String? {
        guard unsafe sqlite3_column_type(handle, column) == SQLITE_TEXT, let text = unsafe sqlite3_column_text(handle, column)
        else { return nil }
        let length = unsafe Int(sqlite3_column_bytes(handle, column))
        return unsafe String(decoding: UnsafeBufferPointer(start: text, count: length), as: UTF8.self)
    }

    /// A blob of 16 bytes as two numbers, the more significant one first; nil for anything else.
    public func words(_ column: Int32) -> (high: UInt64, low: UInt64)? {
        guard unsafe sqlite3_column_type(handle, column) == SQLITE_BLOB, let bytes = unsafe sqlite3_column_blob(handle, column),
            unsafe sqlite3_column_bytes(handle, column) == 16
        else { return nil }
        return unsafe (
            UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        )
    }

    /// Nil for NULL and for what is not a blob.
    public func blob(_ column: Int32) -> [UInt8]? {
        guard unsafe sqlite3_column_type(handle, column) == SQLITE_BLOB else { return nil }
        guard let bytes = unsafe sqlite3_column_blob(handle, column) else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(handle, column))))
    }

    private func check(_ code: Int32) throws(StorageError) {
        if code != SQLITE_OK { throw error(code) }
    }

    private func error(_ code: Int32) -> StorageError {
        let database = unsafe sqlite3_db_handle(handle)
        let path = unsafe sqlite3_db_filename(database, "main").map { unsafe String(cString: $0) } ?? ""
        return unsafe StorageError(
            sqlite: code, systemError: sqlite3_system_errno(database), path: path,
            message: String(cString: sqlite3_errmsg(database)))
    }
}
