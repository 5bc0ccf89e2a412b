import Glibc

/// Configuration files, and the secrets that they name.
public enum ConfigurationFile {
    /// The whole file, of at most `maximumSize` bytes.
    public static func read(_ path: String, maximumSize: Int = 1 << 20) throws(FileReadError) -> [UInt8] {
        func failure(_ code: CInt) -> FileReadError {
            unsafe FileReadError(
                path: path, reason: String(cString: strerror(code)), isPermission: code == EACCES || code == EPERM)
        }
        // Non-blocking, so that a FIFO without a writer does not hang the program.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(errno) }
        defer { close(descriptor) }

        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure(errno) }
            guard count > 0 else { return content }
            content += chunk[..<count]
            guard content.count <= maximumSize else {
                throw FileReadError(path: path, reason: "larger than \(maximumSize) bytes", isPermission: false)
            }
        }
    }
}
