import Glibc

/// The folder that a USB stick is mounted at. What `write` has written is on the stick when it returns, and was read back.
struct StickFolder {
    let path: String
    /// What a failure to write means, for the technician.
    private let consequence: String

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
        let final = freePath(name, type)
        let part = "\(path)/.\(name).part"
        // Of an earlier attempt that was cut off.
        unsafe unlink(part)
        do throws(ControlFailure) {
            try store(bytes, part)
            try verify(bytes, part)
            guard unsafe rename(part, final) == 0 else { throw failure(final, "cannot be named") }
            // On FAT the new name has the file's length and place only once the file itself is synced again.
            try synchronise(final)
            try synchronise(path)
        } catch {
            unsafe unlink(part)
            throw error
        }
        return final
    }

    private func freePath(_ name: String, _ type: String) -> String {
        var path = "\(path)/\(name).\(type)"
        var number = 1
        while unsafe access(path, F_OK) == 0 {
            number += 1
            path = "\(self.path)/\(name)-\(number).\(type)"
        }
        return path
    }

    private func store(_ bytes: [UInt8], _ file: String) throws(ControlFailure) {
        let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(file, "cannot be made") }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(file, "cannot be written") }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw failure(file, "cannot be synced") }
        // What is read back is to come from the stick, not from memory.
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
    }

    private func verify(_ bytes: [UInt8], _ file: String) throws(ControlFailure) {
        let descriptor = unsafe open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(file, "cannot be read back") }
        defer { close(descriptor) }
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        var offset = 0
        while true {
            let count = unsafe read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(file, "cannot be read back") }
            if count == 0 { break }
            guard offset + count <= bytes.count, bytes[offset..<offset + count] == chunk[..<count] else { break }
            offset += count
        }
        guard offset == bytes.count else {
            throw .cannotWrite(
                "\(file) does not read back as it was written; use another stick; \(consequence)")
        }
    }

    /// Makes a file, or the names in a folder, durable. What was renamed on FAT is to be synced itself, and then its folder.
    func synchronise(_ path: String) throws(ControlFailure) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, "cannot be opened") }
        defer { close(descriptor) }
        // Some file systems cannot sync a folder; their files' sync has brought the name along.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure(path, "cannot be synced") }
    }

    private func failure(_ path: String, _ what: String) -> ControlFailure {
        .cannotWrite(
            "\(path) \(what): \(unsafe String(cString: strerror(errno))); \(consequence), try again")
    }
}
