import Glibc
import HubStore

/// Which file lies at a path. A database whose file is moved, deleted or replaced goes on as if nothing had happened, in a file that nobody will
/// find again: what it is given then is lost.
struct FilePlace: Hashable, Sendable {
    let path: String
    private let device: dev_t
    private let number: ino_t

    /// Nil where nothing lies there.
    init?(_ path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        (self.path, device, number) = (path, status.st_dev, status.st_ino)
    }

    /// - Throws: `.damaged` where another file lies there now, or none.
    func requireSame() throws(HubStoreError) {
        guard FilePlace(path) != self else { return }
        throw HubStoreError(
            .damaged,
            "the database \(path) was moved, deleted or replaced while the hub has it open: nothing more is taken into it",
            nextStep:
                "stop the hub, put the file back with those beside it (-wal), or restore a backup as docs/hub.md says, and start the hub"
        )
    }
}
