import CSQLite

/// A copy of a whole database into another one, page by page, while others go on to use it.
///
/// Of a source that is in a read transaction all pages are of that moment, whatever others write meanwhile; of one that is not, each write of
/// others begins the copy anew.
@safe public struct DatabaseCopy: ~Copyable {
    private let handle: OpaquePointer
    private let path: String

    /// - Parameter target: whose content is replaced; nobody else uses it until the copy ends. It must live as long as the copy, as the
    ///   source must.
    public init(of source: borrowing Database, into target: borrowing Database) throws(StorageError) {
        guard let handle = unsafe sqlite3_backup_init(target.handle, "main", source.handle, "main") else {
            try target.check(unsafe sqlite3_extended_errcode(target.handle))
            throw StorageError(kind: .other, what: "\(target.path): no copy can be begun")
        }
        unsafe self.handle = handle
        path = target.path
    }

    deinit { unsafe sqlite3_backup_finish(handle) }

    /// Copies some pages more.
    /// - Returns: false at the end, when the copy is complete.
    public mutating func step(pages: Int32) throws(StorageError) -> Bool {
        let code = unsafe sqlite3_backup_step(handle, pages)
        if code == SQLITE_DONE { return false }
        guard code == SQLITE_OK else {
            throw unsafe StorageError(
                sqlite: code, systemError: 0, path: path, message: String(cString: sqlite3_errstr(code)))
        }
        return true
    }

    /// Pages of the source, as of the last step.
    public var pageCount: Int { unsafe Int(sqlite3_backup_pagecount(handle)) }
}
