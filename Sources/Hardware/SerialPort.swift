import CSerialPort
import Glibc
import Kernel

/// A serial port, raw, 8N1, without flow control, and ours alone; or what stands in for one: a pseudo-terminal or a FIFO.
public struct SerialPort: ~Copyable {
    /// The most bytes that wait to be sent; no command to any reader is near as long.
    public static let writeLimit = 4096

    private let source: ReadSource
    private let path: String
    private let onWritable: () -> Void
    private var unsent: [UInt8] = []
    private var writer: WriteSource?

    /// `path` may be a link. `onReadable` is called as `ReadSource` says; when `onWritable` is called, call `flush()`.
    /// Neither may keep the owner alive.
    public init(
        _ path: String, baud: Int, onReadable: @escaping () -> Void, onWritable: @escaping () -> Void
    ) throws(SerialPortError) {
        let descriptor = try Self.open(path, baud: baud)
        source = ReadSource(owning: descriptor, onReadable: onReadable)
        self.path = path
        self.onWritable = onWritable
    }

    /// Reads up to `limit` bytes.
    public func read(atMost limit: Int) -> ReadResult { source.read(atMost: limit) }

    /// Sends now what the line takes, and the rest as it takes it. Throws when the port has failed, or when more than
    /// `writeLimit` bytes would wait.
    public mutating func write(_ bytes: [UInt8]) throws(SystemError) {
        guard unsent.count + bytes.count <= Self.writeLimit else {
            throw SystemError(code: ENOBUFS, what: "write \(path)")
        }
        unsent += bytes
        try flush()
    }

    /// Sends what waits, as far as the line takes it.
    public mutating func flush() throws(SystemError) {
        while !unsent.isEmpty {
            switch source.write(unsent.span) {
            case .written(let count): unsent.removeFirst(count)
            case .failed(let error): throw SystemError(code: error.code, what: "write \(path)")
            case .wouldBlock:
                if writer == nil { writer = try source.makeWriteSource(onWritable: onWritable) }
                return
            }
        }
        writer = nil
    }

    private static func open(_ path: String, baud: Int) throws(SerialPortError) -> FileDescriptor {
        do throws(SystemError) {
            let device = try DevicePath(path)
            switch device.type {
            // For both ends: a FIFO read from one end reports a hang-up whenever its last writer leaves.
            case S_IFIFO: return try .open(device.real, O_RDWR | O_NONBLOCK)
            case S_IFCHR: break
            default: throw SystemError(code: ENOTTY, what: "open \(path)")
            }
            if let port = try openKnownPort(device.real, baud: baud) { return try locked(port, path) }
            return try locked(try openTerminal(device.real, baud: baud), path)
        } catch {
            switch error.code {
            case ENOTTY: throw .notAPort(path: path)
            case EINVAL, ENOTSUP: throw .unsupportedBaud(path: path, baud: baud)
            default: throw SerialPortError(error, path: path)
            }
        }
    }

    private static func locked(_ port: consuming FileDescriptor, _ path: String) throws(SystemError) -> FileDescriptor {
        // Not TIOCEXCL: it would outlive a killed program for as long as a stand-in holds its pseudo-terminal.
        guard flock(port.raw, LOCK_EX | LOCK_NB) == 0 else { throw SystemError.last("lock \(path)") }
        return port
    }

    /// Opens a port that libserialport knows; nil when it does not, as with pseudo-terminals.
    private static func openKnownPort(_ path: String, baud: Int) throws(SystemError) -> FileDescriptor? {
        var found: OpaquePointer?
        guard unsafe sp_get_port_by_name(path, &found) == SP_OK, let port = unsafe found else { return nil }
        defer { unsafe sp_free_port(port) }
        func check(_ result: sp_return) throws(SystemError) {
            switch result {
            case SP_OK: return
            case SP_ERR_SUPP, SP_ERR_ARG: throw SystemError(code: ENOTSUP, what: "configure \(path)")
            default: throw SystemError(code: sp_last_error_code(), what: "open \(path)")
            }
        }
        try unsafe check(sp_open(port, SP_MODE_READ_WRITE))
        defer { unsafe sp_close(port) }
        try unsafe check(sp_set_bits(port, 8))
        try unsafe check(sp_set_parity(port, SP_PARITY_NONE))
        try unsafe check(sp_set_stopbits(port, 1))
        // With DTR and RTS on, as readers that draw their power from them need it.
        try unsafe check(sp_set_flowcontrol(port, SP_FLOWCONTROL_NONE))
        try unsafe check(sp_set_baudrate(port, Int32(clamping: baud)))
        var raw: Int32 = -1
        try unsafe check(sp_get_port_handle(port, &raw))
        // libserialport closes its descriptor with its handle, Dispatch wants one for itself.
        let copy = fcntl(raw, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw SystemError.last("open \(path)") }
        return FileDescriptor(owning: copy)
    }

    /// Opens what is a terminal, but no port to libserialport.
    private static func openTerminal(_ path: String, baud: Int) throws(SystemError) -> FileDescriptor {
        let descriptor = try FileDescriptor.open(path, O_RDWR | O_NOCTTY | O_NONBLOCK)
        var settings = termios()
        guard unsafe tcgetattr(descriptor.raw, &settings) == 0 else { throw SystemError.last("open \(path)") }
        unsafe cfmakeraw(&settings)
        settings.c_cflag |= tcflag_t(CLOCAL | CREAD)
        settings.c_cflag &= ~(tcflag_t(CSTOPB) | tcflag_t(CRTSCTS))
        guard let speed = speed(of: baud), unsafe cfsetspeed(&settings, speed) == 0 else {
            throw SystemError(code: ENOTSUP, what: "configure \(path)")
        }
        guard unsafe tcsetattr(descriptor.raw, TCSANOW, &settings) == 0 else { throw SystemError.last("open \(path)") }
        return descriptor
    }

    /// The names that termios(3) has for speeds.
    private static func speed(of baud: Int) -> speed_t? {
        let speeds: [Int: Int32] = [
            1200: B1200, 2400: B2400, 4800: B4800, 9600: B9600, 19200: B19200, 38400: B38400, 57600: B57600,
            115_200: B115200, 230_400: B230400, 460_800: B460800, 500_000: B500000, 576_000: B576000, 921_600: B921600,
            1_000_000: B1000000, 1_500_000: B1500000, 2_000_000: B2000000, 3_000_000: B3000000, 4_000_000: B4000000,
        ]
        return speeds[baud].map { speed_t($0) }
    }
}
