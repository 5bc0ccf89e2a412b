import Glibc
import HubStore
import SQLite

/// Copies of the whole database, made while others use it.
extension HubStoreSQLite {
    /// Pages that are copied at once, 1 MiB: they are on the disk before the next are read, so that a commit of the hub waits for no more.
    private static let pagesAtOnce: Int32 = 256

    /// Copies the database into a new file that only its owner may read, as it is in the moment in which that begins. Nobody who reads or writes
    /// waits meanwhile, and the copy takes the disk for half of the time at most; the write-ahead log grows until it ends. The file has its
    /// name once it is whole, on the disk, and was read to its end.
    /// - Returns: the copy's size in bytes.
    /// - Throws: `HubStoreError`; there is no file then.
    public static func backUp(fileAt path: String, to target: String) throws -> Int64 {
        try refuseToReplace(target)
        let draft = target + ".part"
        let file = unsafe open(draft, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw failure("make \(draft)") }
        defer { close(file) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            throw HubStoreError(.unavailable, "\(draft) is being written by another backup")
        }
        do {
            guard fchmod(file, 0o600) == 0, ftruncate(file, 0) == 0 else { throw failure("write \(draft)") }
            try HubStoreError.telling {
                let source = try Database(path: path, mode: .readWrite)
                let copy = try Database(path: draft, mode: .readWrite)
                try fill(copy, from: source, syncing: file)
            }
            try HubStoreError.telling { try complete(draft) }
            guard fsync(file) == 0 else { throw failure("write \(draft)") }
            try refuseToReplace(target)
            guard unsafe Glibc.rename(draft, target) == 0 else { throw failure("name \(target)") }
            try syncFolder(of: target)
            var status = stat()
            return unsafe fstat(file, &status) == 0 ? Int64(status.st_size) : 0
        } catch {
            for file in [draft, draft + "-wal", draft + "-shm", draft + "-journal"] { unsafe unlink(file) }
            throw error
        }
    }

    private static func fill(
        _ copy: borrowing Database, from source: borrowing Database, syncing file: Int32
    ) throws(StorageError) {
        source.wait(milliseconds: 10_000)
        guard try source.integer("PRAGMA user_version") != 0 else {
            throw StorageError(kind: .damaged, what: "\(source.path): is no database of a hub")
        }
        // Nothing that is left of it after a failure is of use.
        try copy.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        // One state for all slices. Without it each commit of the hub would begin the copy anew.
        try source.execute("BEGIN")
        defer { source.rollBack() }
        _ = try source.integer("SELECT count(*) FROM sqlite_schema")
        var pages = try DatabaseCopy(of: source, into: copy)
        var began = ContinuousClock.now
        while try pages.step(pages: pagesAtOnce) {
            fdatasync(file)
            let time = min(ContinuousClock.now - began, .seconds(1))
            // The thread is the copy's own, and within one transaction of SQLite's: it rests as long as it worked, so that riders' commits find the disk.
            usleep(UInt32(time / .microseconds(1)))
            began = .now
        }
    }

    /// Makes one file of it, in which nothing is wrong, and which knows that it is a copy.
    private static func complete(_ path: String) throws {
        let copy = try Database(path: path, mode: .readWrite)
        try copy.execute("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL")
        let check = try copy.prepare("PRAGMA quick_check(1)")
        let verdict = try check.step() ? check.text(0) : nil
        check.reset()
        guard verdict == "ok" else {
            throw HubStoreError(
                .damaged, "the copy of the database is damaged: \(verdict ?? "")",
                nextStep: "the database itself may be: keep the backups of before")
        }
        try copy.execute(Schema.markCopy(ofVersion: copy.integer("PRAGMA user_version") ?? 0))
    }

    private static func refuseToReplace(_ target: String) throws {
        var status = stat()
        guard unsafe lstat(target, &status) != 0 else {
            throw HubStoreError(.unopenable, "\(target) is there already", nextStep: "name a new file: a backup replaces none")
        }
    }

    /// The file's name is on the disk.
    private static func syncFolder(of path: String) throws {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open \(folder)") }
        defer { close(descriptor) }
        // Some file systems know no sync of a folder.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure("write \(folder)") }
    }

    private static func failure(_ action: String) -> HubStoreError {
        let code = errno
        return HubStoreError(.unopenable, unsafe "cannot \(action): \(String(cString: strerror(code)))")
    }
}
