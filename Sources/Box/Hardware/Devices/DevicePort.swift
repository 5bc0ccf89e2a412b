import Glibc
import Kernel
import OperatingSystem

/// An open device: read as it comes, written as it takes it.
@MainActor struct DevicePort: ~Copyable {
    /// The most bytes that wait to be sent; no command to any reader is near as long.
    static let writeLimit = 4096

    /// What the path led to when it was opened.
    let file: DevicePath
    private let source: ReadSource
    private let onWritable: () -> Void
    // Without defaults: Swift 6.2 destroys them twice when the initialiser throws.
    private var unsent: [UInt8]
    private var writer: Optional<WriteSource>

    /// `path` may be a link. `onReadable` is called as `ReadSource` says; when `onWritable` is called, call `flush()`.
    /// Neither may keep the owner alive.
    init(
        _ path: String, _ kind: DeviceKind, onReadable: @escaping () -> Void, onWritable: @escaping () -> Void
    ) throws(DeviceError) {
        let file: DevicePath
        let descriptor: FileDescriptor
        do throws(SystemError) {
            file = try DevicePath(path)
            descriptor = try kind.open(file)
        } catch {
            throw DeviceError(error, path: path, kind: kind)
        }
        self.file = file
        source = ReadSource(owning: descriptor, onReadable: onReadable)
        self.onWritable = onWritable
        unsent = []
        writer = nil
    }

    /// The descriptor, for device ioctls.
    var raw: Int32 { source.raw }

    /// Reads up to `limit` bytes.
    func read(atMost limit: Int) -> ReadResult { source.read(atMost: limit) }

    /// Sends now what the device takes, and the rest as it takes it. Throws when the device has failed, or when more
    /// than `writeLimit` bytes would wait.
    mutating func write(_ bytes: [UInt8]) throws(SystemError) {
        guard unsent.count + bytes.count <= Self.writeLimit else {
            throw SystemError(code: ENOBUFS, what: "write \(file.path)")
        }
        unsent += bytes
        try flush()
    }

    /// Sends what waits, as far as the device takes it.
    mutating func flush() throws(SystemError) {
        while !unsent.isEmpty {
            switch source.write(unsent.span) {
            case .written(let count): unsent.removeFirst(count)
            case .failed(let error): throw SystemError(code: error.code, what: "write \(file.path)")
            case .wouldBlock:
                if writer == nil { writer = try source.makeWriteSource(onWritable: onWritable) }
                return
            }
        }
        writer = nil
    }
}
