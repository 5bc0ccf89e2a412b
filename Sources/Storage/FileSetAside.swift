/// Moves damaged files out of the way, so that a fresh one can be made and a technician can still look at the old.
enum FileSetAside {
    /// Renames `path`, its write-ahead log and its shared memory, which SQLite then still finds together under the new name.
    /// The log goes first: SQLite deletes a log that it finds without a database.
    /// - Returns: the new name.
    static func database(_ path: String) throws(StorageError) -> String {
        var number = 1
        while DurableFile.exists("\(path).damaged-\(number)") { number += 1 }
        let aside = "\(path).damaged-\(number)"
        for suffix in ["-wal", "-shm"] where DurableFile.exists(path + suffix) {
            try DurableFile.rename(path + suffix, to: aside + suffix)
        }
        try DurableFile.rename(path, to: aside)
        return aside
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
