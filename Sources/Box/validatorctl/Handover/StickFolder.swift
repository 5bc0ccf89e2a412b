import Glibc

/// The folder that a USB stick is mounted at. What `write` has written is on the stick when it returns, and was read back.
struct StickFolder {
    let path: String
    /// What a failure to write means, for the technician.
    let consequence: String

    /// - Throws: when there is no such folder, or when it lies on the box's own disk, as it does while no stick is mounted.
    init(
        _ path: String, allowsOwnDisk: Bool, consequence: String = "nothing of it is marked as collected"
    ) throws(ControlFailure) {
        self.path = path
        self.consequence = consequence
        var folder = stat()
        var root = stat()
        guard unsafe stat(path, &folder) == 0 else { throw failure(path, "cannot be opened") }
        guard folder.st_mode & S_IFMT == S_IFDIR else { throw .cannotWrite("\(path) is no folder; \(consequence)") }
        if !allowsOwnDisk, unsafe stat("/", &root) == 0, root.st_dev == folder.st_dev {
            throw .cannotWrite(
                "\(path) is on the box's own disk: mount the USB stick there first (or use --same-disk); \(consequence)")
        }
    }

    /// Writes a new file that only its owner may read, where the file system knows owners. It has its name only when all of it
    /// is on the stick. The path.
    func write(_ bytes: [UInt8], named name: String, type: String = "jsonl") throws(ControlFailure) -> String {
        var file = try StickFile(in: self, named: name, type: type)
        try file.append(bytes)
        return try file.finish().path
    }

    /// Under that name, or one like it, where there is no file yet.
    func freePath(_ name: String, _ type: String) -> String {
        var path = "\(path)/\(name).\(type)"
        var number = 1
        while unsafe access(path, F_OK) == 0 {
            number += 1
            path = "\(self.path)/\(name)-\(number).\(type)"
        }
        return path
    }

    /// Makes a file, or the names in a folder, durable. What was renamed on FAT is to be synced itself, and then its folder.
    func synchronise(_ path: String) throws(ControlFailure) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, "cannot be opened") }
        defer { close(descriptor) }
        // Some file systems cannot sync a folder; their files' sync has brought the name along.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure(path, "cannot be synced") }
    }

    func failure(_ path: String, _ what: String) -> ControlFailure {
        .cannotWrite(
            "\(path) \(what): \(unsafe String(cString: strerror(errno))); \(consequence), try again")
    }
}
