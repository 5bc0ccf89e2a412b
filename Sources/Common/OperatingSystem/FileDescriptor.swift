import Base
import Glibc

/// A file descriptor that is closed when its owner lets go of it.
public struct FileDescriptor: ~Copyable, Sendable {
    /// The number, valid as long as this value lives. Never close it by hand.
    public let raw: Int32

    /// Takes over an open descriptor.
    public init(owning raw: Int32) {
        precondition(raw >= 0, "not a descriptor")
        self.raw = raw
    }

    deinit { close(raw) }

    /// Opens `path`, always close-on-exec. `permissions` count only with `O_CREAT`.
    public static func open(
        _ path: String, _ flags: Int32, permissions: mode_t = 0o600
    ) throws(SystemError) -> FileDescriptor {
        while true {
            let raw = unsafe Glibc.open(path, flags | O_CLOEXEC, permissions)
            if raw >= 0 { return FileDescriptor(owning: raw) }
            if errno != EINTR { throw SystemError.last("open \(path)") }
        }
    }

    /// Gives the descriptor away: the caller closes it.
    public consuming func release() -> Int32 {
        let raw = raw
        discard self
        return raw
    }

    /// A second descriptor of the same open file, with a life of its own.
    public func duplicate() throws(SystemError) -> FileDescriptor {
        let copy = fcntl(raw, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw SystemError.last("duplicate descriptor \(raw)") }
        return FileDescriptor(owning: copy)
    }

    /// Makes reads and writes return at once, and keeps the descriptor from child processes.
    public func setNonblockingAndCloseOnExec() throws(SystemError) {
        let flags = fcntl(raw, F_GETFL)
        guard flags >= 0, fcntl(raw, F_SETFL, flags | O_NONBLOCK) >= 0, fcntl(raw, F_SETFD, FD_CLOEXEC) >= 0
        else { throw SystemError.last("make descriptor \(raw) nonblocking") }
    }

    /// For the few lines of a program that has no log yet. What standard error does not take is lost.
    public static func writeToStandardError(_ text: String) {
        _ = writeBytes(STDERR_FILENO, Array(text.utf8).span)
    }

    /// Reads up to `limit` bytes.
    public func read(atMost limit: Int) -> ReadResult { readBytes(raw, atMost: limit) }

    /// Writes what the system takes at once; the rest is the caller's to keep.
    public func write(_ bytes: Span<UInt8>) -> WriteResult { writeBytes(raw, bytes) }
}

/// Reads from a descriptor that somebody else owns. EIO counts as the end: so does a terminal report that its far side is gone.
public func readBytes(_ raw: Int32, atMost limit: Int) -> ReadResult {
    var count = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, initialized in
        repeat { unsafe count = Glibc.read(raw, buffer.baseAddress, limit) } while count < 0 && errno == EINTR
        initialized = max(count, 0)
    }
    if count > 0 { return .bytes(bytes) }
    if count == 0 || errno == EIO { return .ended }
    return errno == EAGAIN ? .wouldBlock : .failed(SystemError.last("read"))
}

/// Writes to a descriptor that somebody else owns.
public func writeBytes(_ raw: Int32, _ bytes: Span<UInt8>) -> WriteResult {
    var count = 0
    unsafe bytes.withUnsafeBytes { buffer in
        repeat { unsafe count = Glibc.write(raw, buffer.baseAddress, buffer.count) } while count < 0 && errno == EINTR
    }
    if count >= 0 { return .written(count) }
    return errno == EAGAIN ? .wouldBlock : .failed(SystemError.last("write"))
}
