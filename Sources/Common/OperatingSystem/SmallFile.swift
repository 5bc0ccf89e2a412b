import Base
import Glibc

/// Whole files that fit into memory: secrets, tokens, what `/proc` and `/sys` tell, what lies on a stick.
public enum SmallFile {
    /// The file's content. Throws EFBIG when it is longer than `limit` bytes. Never waits: a FIFO gives what is in it.
    public static func read(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
        let file = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK)
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(limit + 1, 64 * 1024))
        while true {
            // By itself and not as `FileDescriptor` reads: there EIO is a terminal that hung up, here a medium that is broken.
            let count = unsafe Glibc.read(file.raw, &chunk, min(chunk.count, limit + 1 - content.count))
            if count < 0, errno == EINTR { continue }
            if count == 0 || count < 0 && errno == EAGAIN { return content }
            guard count > 0 else { throw SystemError.last("read \(path)") }
            content += chunk[..<count]
            guard content.count <= limit else { throw SystemError(code: EFBIG, what: "read \(path) (at most \(limit) bytes)") }
        }
    }
}
