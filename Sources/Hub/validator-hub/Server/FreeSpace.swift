import Glibc
import Synchronization

/// Whether there is room on the disk of the database for everybody, or for known devices only.
final class FreeSpace: Sendable {
    /// The file system is asked so often at most.
    private static let interval = Duration.seconds(5)

    private let folder: String
    private let minimumBytes: Int
    private let latest = Mutex<(isShort: Bool, at: ContinuousClock.Instant)?>(nil)

    /// - Parameters:
    ///   - path: of the database.
    ///   - minimumBytes: with fewer, space is short; 0: never.
    init(ofDatabase path: String, minimumBytes: Int) {
        folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        self.minimumBytes = minimumBytes
    }

    var isShort: Bool {
        latest.withLock { latest in
            let now = ContinuousClock.now
            if let latest, now - latest.at < Self.interval { return latest.isShort }
            let isShort = freeBytes.map { $0 < minimumBytes } ?? false
            latest = (isShort, now)
            return isShort
        }
    }

    /// For those who are not root; nil where it cannot be told.
    private var freeBytes: Int? {
        var disk = statvfs()
        guard unsafe statvfs(folder, &disk) == 0 else { return nil }
        return Int(clamping: disk.f_bavail) * Int(clamping: disk.f_frsize)
    }
}
