import Base
import Cryptography
import Glibc

/// A file on its way to a stick, written piece by piece. It gets its name when all of it is on the stick and was read back; until then,
/// and when that fails, nobody takes it for one.
struct StickFile: ~Copyable {
    private let stick: StickFolder
    private let path: String
    private let part: String
    private let descriptor: CInt
    private var digest = SHA256Digest()
    private var isNamed = false

    init(in stick: StickFolder, named name: String, type: String) throws(ControlFailure) {
        self.stick = stick
        path = stick.freePath(name, type)
        part = "\(stick.path)/.\(name).part"
        // Of an earlier attempt that was cut off.
        unsafe unlink(part)
        descriptor = unsafe open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw stick.failure(part, "cannot be made") }
    }

    deinit {
        close(descriptor)
        if !isNamed { unsafe unlink(part) }
    }

    mutating func append(_ bytes: [UInt8]) throws(ControlFailure) {
        digest.append(bytes)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw stick.failure(part, "cannot be written") }
            rest = rest.dropFirst(count)
        }
    }

    /// Nothing may be appended any more.
    ///
    /// - Returns: where the file is, and its SHA-256 in hexadecimal.
    mutating func finish() throws(ControlFailure) -> (path: String, checksum: String) {
        guard fsync(descriptor) == 0 else { throw stick.failure(part, "cannot be synced") }
        let written = digest.value
        try verify(written)
        guard unsafe rename(part, path) == 0 else { throw stick.failure(path, "cannot be named") }
        isNamed = true
        // On FAT the new name has the file's length and place only once the file itself is synced again.
        try stick.synchronise(path)
        try stick.synchronise(stick.path)
        return (path, hexadecimal(written))
    }

    private func verify(_ written: [UInt8]) throws(ControlFailure) {
        // What is read back is to come from the stick, not from memory.
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw stick.failure(part, "cannot be read back") }
        var found = SHA256Digest()
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = unsafe read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw stick.failure(part, "cannot be read back") }
            if count == 0 { break }
            found.append(count == chunk.count ? chunk : Array(chunk.prefix(count)))
        }
        guard found.value == written else {
            throw .cannotWrite("\(part) does not read back as it was written; use another stick; \(stick.consequence)")
        }
    }
}
