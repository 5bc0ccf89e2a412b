import CSerialPort
import Glibc
import OperatingSystem

/// A serial port, raw, 8N1, without flow control, and ours alone; or what stands in for one: a pseudo-terminal.
enum SerialPort {
    /// `path` is no link. Throws ENOTTY for what is no terminal, EINVAL or ENOTSUP for a speed that it cannot do.
    static func open(_ path: String, baud: Int) throws(SystemError) -> FileDescriptor {
        let port =
            if let known = try openKnownPort(path, baud: baud) { known } else { try openTerminal(path, baud: baud) }
        try tellSilenceFromHangUp(port, path)
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

    /// Has a read that finds nothing fail with EAGAIN. libserialport leaves VMIN at 0, with which it returns 0, as after a hang-up.
    private static func tellSilenceFromHangUp(_ port: borrowing FileDescriptor, _ path: String) throws(SystemError) {
        var settings = termios()
        guard unsafe tcgetattr(port.raw, &settings) == 0 else { throw SystemError.last("configure \(path)") }
        unsafe withUnsafeMutableBytes(of: &settings.c_cc) { characters in
            unsafe characters[Int(VMIN)] = 1
            unsafe characters[Int(VTIME)] = 0
        }
        guard unsafe tcsetattr(port.raw, TCSANOW, &settings) == 0 else { throw SystemError.last("configure \(path)") }
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
