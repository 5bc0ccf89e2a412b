import CLinux
import Glibc

/// The terminal of standard input and output, raw as long as this value lives.
struct Terminal: ~Copyable {
    private let input: CInt
    private let output: CInt
    private let original: termios
    private let wereBlocking: Bool
    /// It draws where it is told to; else it takes and shows one line after the other.
    let isScreen: Bool

    /// Nil when `input` is no terminal. `isScreen` is false of one that cannot place its cursor.
    init?(input: CInt, output: CInt, isScreen: Bool) {
        var settings = termios()
        guard unsafe tcgetattr(input, &settings) == 0 else { return nil }
        original = settings
        self.input = input
        self.output = output
        self.isScreen = isScreen
        if isScreen {
            unsafe cfmakeraw(&settings)
            // A break or a byte with the wrong parity is noise, and so is an XOFF, which would stop the output for good.
            settings.c_iflag |= tcflag_t(IGNBRK | IGNPAR)
            unsafe tcsetattr(input, TCSANOW, &settings)
        }
        // A terminal that takes nothing must not hold up the program.
        let previous = clinux_set_nonblocking(input, 1)
        _ = clinux_set_nonblocking(output, 1)
        wereBlocking = previous == 0
    }

    deinit {
        if isScreen {
            // What was shown is behind a PIN perhaps.
            _ = write(Array("\u{1B}[0m\u{1B}[2J\u{1B}[H".utf8))
            var settings = original
            unsafe tcsetattr(input, TCSANOW, &settings)
        }
        guard wereBlocking else { return }
        _ = clinux_set_nonblocking(input, 0)
        _ = clinux_set_nonblocking(output, 0)
    }

    /// Nil when the line does not know, as a serial line does not.
    var size: TerminalSize? {
        var (columns, rows): (CInt, CInt) = (0, 0)
        guard unsafe clinux_window_size(input, &columns, &rows) == 0, columns > 0, rows > 0 else { return nil }
        return TerminalSize(columns: Int(columns), rows: Int(rows))
    }

    /// Has the terminal tell how large it is: as a cursor's place, among the keys.
    func askSize() { _ = write(Array("\u{1B}7\u{1B}[999;999H\u{1B}[6n\u{1B}8".utf8)) }

    enum Input: Hashable {
        case bytes([UInt8])
        case nothing
        /// The line is down.
        case hungUp
    }

    /// What has been typed; at most a few hundred bytes.
    func read() -> Input {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = unsafe Glibc.read(input, &bytes, bytes.count)
        if count > 0 { return .bytes(Array(bytes.prefix(count))) }
        return count < 0 && (errno == EAGAIN || errno == EINTR) ? .nothing : .hungUp
    }

    /// How many of the bytes the terminal took.
    func write(_ bytes: [UInt8]) -> Int {
        unsafe bytes.withUnsafeBytes { max(0, unsafe Glibc.write(output, $0.baseAddress, $0.count)) }
    }

    /// Waits until there is something to read, or a signal, or for so long.
    func wait(signals: CInt, milliseconds: CInt) {
        var watched = [
            pollfd(fd: input, events: Int16(POLLIN), revents: 0), pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
        ]
        _ = unsafe poll(&watched, nfds_t(watched.count), milliseconds)
    }
}
