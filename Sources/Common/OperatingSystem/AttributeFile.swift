import Glibc

/// A file that is one value, such as a LED's `brightness` in sysfs: kept open, and each write replaces the value.
public struct AttributeFile: ~Copyable, Sendable {
    private let descriptor: FileDescriptor
    private let path: String
    private let isPipe: Bool

    /// `path` must exist. A FIFO in its place receives one write a value; it need not have a reader yet.
    public init(_ path: String) throws(SystemError) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw SystemError.last("open \(path)") }
        let isPipe = status.st_mode & S_IFMT == S_IFIFO
        descriptor = try FileDescriptor.open(path, (isPipe ? O_RDWR : O_WRONLY | O_TRUNC) | O_NONBLOCK)
        self.path = path
        self.isPipe = isPipe
    }

    /// Writes a value, whole or not at all.
    public func write(_ value: Span<UInt8>) throws(SystemError) {
        var count = 0
        unsafe value.withUnsafeBytes { buffer in
            repeat {
                unsafe count =
                    isPipe
                    ? Glibc.write(descriptor.raw, buffer.baseAddress, buffer.count)
                    : pwrite(descriptor.raw, buffer.baseAddress, buffer.count, 0)
            } while count < 0 && errno == EINTR
        }
        guard count >= 0 else { throw SystemError.last("write \(path)") }
        guard count == value.count else { throw SystemError(code: EIO, what: "write \(path)") }
    }
}
