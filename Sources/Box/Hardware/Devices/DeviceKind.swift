import Glibc
import OperatingSystem
import ScannerDecoders

/// How a device's file is opened. A FIFO may stand in for either.
enum DeviceKind: Hashable, Sendable {
    /// A serial port or a terminal: configured, read and written.
    case serialPort(baud: Int)
    /// What the kernel's input system presents, evdev or hidraw: read as it is.
    case inputDevice

    /// Bytes of one read. Of a serial port few, since each ten may be a card to be decided on and recorded, if a reader goes
    /// mad; a hidraw device gives out whole reports, or cuts them.
    var readSize: Int {
        switch self {
        case .serialPort: 128
        case .inputDevice: 4096
        }
    }

    /// `settings` are of a scanner that speaks `driver`'s protocol.
    init(of driver: ScannerDriver, _ settings: ScannerSettings) {
        self = driver.usualBaud == nil ? .inputDevice : .serialPort(baud: settings.baud)
    }

    func open(_ file: DevicePath) throws(SystemError) -> FileDescriptor {
        switch (file.type, self) {
        // For both ends: a FIFO read from one end reports a hang-up whenever its last writer leaves.
        case (S_IFIFO, _): try .open(file.path, O_RDWR | O_NONBLOCK)
        case (S_IFCHR, .serialPort(let baud)): try SerialPort.open(file.real, baud: baud)
        case (S_IFCHR, .inputDevice): try .open(file.path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
        default: throw SystemError(code: ENOTTY, what: "open \(file.path)")
        }
    }
}
