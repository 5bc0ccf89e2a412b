import Base
import Glibc

/// Whole files of a few kilobytes: secrets, tokens, what `/proc` and `/sys` tell.
public enum SmallFile {
    /// The file's content. Throws EFBIG when it is longer than `limit` bytes. Never waits: a FIFO gives what is in it.
    public static func read(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
        let file = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK)
        var content: [UInt8] = []
        while true {
            switch file.read(atMost: limit + 1 - content.count) {
            case .bytes(let bytes): content += bytes
            case .ended, .wouldBlock: return content
            case .failed(let error): throw SystemError(code: error.code, what: "read \(path)")
            }
            guard content.count <= limit else { throw SystemError(code: EFBIG, what: "read \(path) (at most \(limit) bytes)") }
        }
    }
}
