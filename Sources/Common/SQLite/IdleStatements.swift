import CSQLite

/// Compiled statements of one connection that nobody uses at the moment, so that what is asked again and again is compiled once.
@safe final class IdleStatements {
    /// Some 4 KiB each; those that were used last are kept.
    private static let maximumCount = 16

    /// The latest last.
    private var kept: [(sql: String, handle: OpaquePointer)] = unsafe []
    private var isClosed = false

    /// One with that text, which is the caller's from now on.
    @unsafe func take(_ sql: String) -> OpaquePointer? {
        guard let index = unsafe kept.lastIndex(where: { unsafe $0.sql == sql }) else { return nil }
        return unsafe kept.remove(at: index).handle
    }

    /// Takes one that has been reset, and finalizes the one that has waited longest where they are too many.
    @unsafe func keep(_ handle: OpaquePointer, _ sql: String) {
        guard !isClosed else {
            unsafe sqlite3_finalize(handle)
            return
        }
        unsafe kept.append((sql, handle))
        if unsafe kept.count > Self.maximumCount { unsafe sqlite3_finalize(kept.removeFirst().handle) }
    }

    /// The connection ends: none is kept any more.
    func close() {
        isClosed = true
        unsafe kept.forEach { unsafe sqlite3_finalize($0.handle) }
        unsafe kept = []
    }
}
