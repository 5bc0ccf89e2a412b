import Glibc

/// A file of a stick or of the configuration, read as a whole.
enum WholeFile {
    /// - Throws: also when it is longer than `limit` bytes.
    static func read(_ path: String, limit: Int) throws(ControlFailure) -> [UInt8] {
        // Non-blocking, so that a FIFO does not hang the program.
        let file = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw failure(path) }
        defer { close(file) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = unsafe Glibc.read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            guard count > 0 else { return content }
            content += chunk[..<count]
            guard content.count <= limit else { throw .badData("\(path) is longer than \(limit) bytes") }
        }
    }

    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    private static func failure(_ path: String) -> ControlFailure {
        .cannotRead("\(path) cannot be read: \(unsafe String(cString: strerror(errno))); be root")
    }
}
