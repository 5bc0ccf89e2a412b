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

    /// Behind the last one that is there: the numbers tell what is older.
    private static func freeName(for path: String) -> String { "\(path).damaged-\((numbers(of: path).last ?? 0) + 1)" }

    /// Of the sets that `database` and `copyUnlessDatabase` have kept of `path`, removes some: more than `keptCount`, and as
    /// many as have more than their share of the disk together, but never the latest. A dying card would fill the disk with them.
    /// The first holds what the box had recorded before the trouble began, and goes last.
    ///
    /// - Parameter maximumBytes: nil: an eighth of the file system.
    /// - Returns: the names that are gone.
    static func removeSome(of path: String, maximumBytes: Int? = nil) throws(StorageError) -> [String] {
        let maximum = maximumBytes ?? DurableFile.fileSystemSize(of: path) / 8
        let numbers = numbers(of: path)
        var (kept, bytes): (Int, Int) = (0, 0)
        var removed: [String] = []
        for number in numbers.suffix(1) + numbers.dropLast().prefix(1) + numbers.dropFirst().dropLast().reversed() {
            let names = ["", "-wal", "-shm"].map { "\(path).damaged-\(number)\($0)" }
            bytes += names.map { DurableFile.size(of: $0) }.reduce(0, +)
            kept += 1
            guard kept > 1, kept > keptCount || bytes > maximum else { continue }
            for name in names { try DurableFile.remove(name) }
            removed.append(names[0])
        }
        return removed.reversed()
    }

    static let keptCount = 8

    /// The numbers of what was set aside, ascending.
    private static func numbers(of path: String) -> [Int] {
        let end = path.lastIndex(of: "/")
        let folder = end.map { String(path[..<$0]) } ?? "."
        let prefix = path[(end.map(path.index(after:)) ?? path.startIndex)...] + ".damaged-"
        return DurableFile.names(in: folder).compactMap { name in
            name.hasPrefix(prefix) ? Int(name.dropFirst(prefix.count)) : nil
        }.sorted()
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
