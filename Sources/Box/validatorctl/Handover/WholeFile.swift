import Base
import Cryptography
import Glibc
import OperatingSystem

/// A file of a stick or of the configuration, read as a whole.
enum WholeFile {
    /// - Throws: also when it is longer than `limit` bytes.
    static func read(_ path: String, limit: Int) throws(ControlFailure) -> [UInt8] {
        close(try opened(path))
        do throws(SystemError) {
            return try SmallFile.read(path, limit: limit)
        } catch {
            if error.code == EFBIG { throw .badData("\(path) is longer than \(limit) bytes") }
            throw unreadable(path, error.code)
        }
    }

    /// Hands over the file piece by piece, so that it need not fit into memory.
    static func forEachChunk(
        of path: String, _ body: ([UInt8]) throws(ControlFailure) -> Void
    ) throws(ControlFailure) {
        let descriptor = try opened(path)
        defer { close(descriptor) }
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path, errno) }
            guard count > 0 else { return }
            try body(count == chunk.count ? chunk : Array(chunk.prefix(count)))
        }
    }

    private static func unreadable(_ path: String, _ code: Int32) -> ControlFailure {
        let advice = code == EACCES || code == EPERM ? "; be root" : ""
        return .cannotRead("\(path) cannot be read: \(unsafe String(cString: strerror(code)))\(advice)")
    }

    /// A pipe or a device, which may wait or go on without end, is no file.
    private static func opened(_ path: String) throws(ControlFailure) -> Int32 {
        let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw unreadable(path, errno)
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .badData("\(path) is no file")
        }
        return descriptor
    }

    /// Of the kind that `other` is: SHA-256, or of the release before, XXH64.
    static func checksum(_ path: String, like other: String) throws(ControlFailure) -> String {
        var sha256 = SHA256Digest()
        var xxh64 = RunningXXHash64()
        let isSHA256 = other.utf8.count == 64
        try forEachChunk(of: path) { chunk throws(ControlFailure) in
            if isSHA256 { sha256.append(chunk) } else { xxh64.append(chunk) }
        }
        return isSHA256 ? hexadecimal(sha256.value) : hexadecimal(xxh64.value)
    }

    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
}
