import SQLite

/// Moves damaged files out of the way, so that a fresh one can be made and a technician can still look at the old.
enum FileSetAside {
    /// Renames `path`, its write-ahead log and its shared memory, which SQLite then still finds together under the new name.
    /// The log goes first: SQLite deletes a log that it finds without a database.
    /// - Returns: the new name.
    static func database(_ path: String) throws(StorageError) -> String {
        let aside = freeName(for: path)
        for suffix in ["-wal", "-shm"] where DurableFile.exists(path + suffix) {
            try DurableFile.rename(path + suffix, to: aside + suffix)
        }
        try DurableFile.rename(path, to: aside)
        return aside
    }

    /// Copies what stands where a database should be, unless it is one, is empty, or does not exist. The write-ahead log may yet
    /// restore the database, and would write over what stands there.
    ///
    /// To be called before the database is opened: closing a second descriptor would drop SQLite's locks on it.
    /// - Returns: the copy's name; nil when there is none.
    static func copyUnlessDatabase(_ path: String) throws(StorageError) -> String? {
        guard DurableFile.exists(path) else { return nil }
        let beginning = try DurableFile.beginning(of: path, count: 16)
        // Zeros are what a power cut leaves of a file that was just made.
        guard beginning.contains(where: { $0 != 0 }), beginning != Array("SQLite format 3\0".utf8) else { return nil }
        let copy = freeName(for: path)
        try DurableFile.copy(path, to: copy)
        return copy
    }

    /// Copies `path` and its write-ahead log, which SQLite finds together under the new name. At most three such copies are
    /// kept: a fourth replaces the third.
    ///
    /// - Parameter reason: a word of the new name.
    /// - Returns: the new name.
    static func copy(_ path: String, because reason: String) throws(StorageError) -> String {
        let number = (1...3).first { !DurableFile.exists("\(path).\(reason)-\($0)") } ?? 3
        let aside = "\(path).\(reason)-\(number)"
        for suffix in ["", "-wal"] {
            try DurableFile.remove(aside + suffix)
            if DurableFile.exists(path + suffix) { try DurableFile.copy(path + suffix, to: aside + suffix) }
        }
        return aside
    }

    private static func freeName(for path: String) -> String {
        var number = 1
        while DurableFile.exists("\(path).damaged-\(number)") { number += 1 }
        return "\(path).damaged-\(number)"
    }

    /// Renames `path` and keeps at most three such files: a fourth replaces the third. The platform has what they held.
    /// - Returns: the new name.
    static func snapshot(_ path: String) throws(StorageError) -> String {
        let number = (1...3).first { !DurableFile.exists("\(path).damaged-\($0)") } ?? 3
        let aside = "\(path).damaged-\(number)"
        try DurableFile.rename(path, to: aside)
        return aside
    }
}
