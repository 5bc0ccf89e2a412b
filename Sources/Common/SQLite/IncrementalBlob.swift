import CSQLite

/// A blob in a table, read in place, without a copy of it in SQLite's memory.
@safe public struct IncrementalBlob: ~Copyable {
    private let handle: OpaquePointer
    public let count: Int

    public init(_ database: borrowing Database, table: String, column: String, row: Int64) throws(StorageError) {
        var opened: OpaquePointer?
        try database.check(unsafe sqlite3_blob_open(database.handle, "main", table, column, row, 0, &opened))
        guard let handle = unsafe opened else {
            throw StorageError(kind: .damaged, what: "\(database.path): no blob in row \(row) of \(table)")
        }
        unsafe self.handle = handle
        count = unsafe Int(sqlite3_blob_bytes(handle))
    }

    deinit {
        unsafe sqlite3_blob_close(handle)
    }

    /// Reads all of it to the beginning of `destination`, which has room for `count` bytes.
    @unsafe public func read(into destination: UnsafeMutableRawBufferPointer, _ database: borrowing Database) throws(StorageError)
    {
        precondition(destination.count >= count)
        try database.check(unsafe sqlite3_blob_read(handle, destination.baseAddress, Int32(count), 0))
    }
}
