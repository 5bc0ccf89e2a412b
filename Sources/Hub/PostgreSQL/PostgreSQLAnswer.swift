import CPostgreSQL

/// One of libpq's results, cleared with its last owner.
@safe final class PostgreSQLAnswer {
    private let handle: OpaquePointer
    let rowCount: Int

    /// Takes the result over.
    @unsafe init(_ result: OpaquePointer) {
        unsafe handle = result
        rowCount = unsafe Int(PQntuples(result))
    }

    deinit { unsafe PQclear(handle) }

    /// Rows that the statement touched or gave.
    var affected: Int { unsafe PQcmdTuples(handle).flatMap { unsafe Int(String(cString: $0)) } ?? 0 }

    /// "COMMIT", "ROLLBACK", "INSERT 0 1", …
    var tag: String { unsafe PQcmdStatus(handle).map { unsafe String(cString: $0) } ?? "" }

    func isNull(_ row: Int32, _ column: Int32) -> Bool { unsafe PQgetisnull(handle, row, column) == 1 }

    /// What `read` makes of a field's binary form; nil for NULL.
    func value<Value>(
        _ row: Int32, _ column: Int32, of types: [UInt32], read: (UnsafeRawBufferPointer) -> Value
    ) -> Value? {
        let type = unsafe PQftype(handle, column)
        precondition(types.contains(type), "column \(column) is of type \(type), and read as one of \(types)")
        guard !isNull(row, column), let start = unsafe PQgetvalue(handle, row, column) else { return nil }
        return unsafe read(UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(handle, row, column))))
    }
}
