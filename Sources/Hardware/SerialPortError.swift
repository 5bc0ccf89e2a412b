import Glibc
import Kernel

/// Why a serial port could not be opened, with what to do about it.
nonisolated public enum SerialPortError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nothing has that name now.
    case absent(path: String)
    case permission(path: String)
    /// Another program holds it.
    case busy(path: String)
    case unsupportedBaud(path: String, baud: Int)
    /// A regular file or a folder.
    case notAPort(path: String)
    case failed(SystemError)

    init(_ error: SystemError, path: String) {
        self =
            switch error.code {
            case ENOENT, ENODEV, ENXIO, ENOTDIR: .absent(path: path)
            case EACCES, EPERM: .permission(path: path)
            case EBUSY, EWOULDBLOCK: .busy(path: path)
            default: .failed(error)
            }
    }

    public var description: String {
        switch self {
        case .absent(let path): "\(path) is not there; plug the device in, or correct `device`"
        case .permission(let path): "\(path) may not be opened; put the program's user into the group dialout"
        case .busy(let path): "\(path) is in use by another program; stop that one (fuser \(path) names it)"
        case .unsupportedBaud(let path, let baud): "\(path) cannot do \(baud) baud; correct `baud`"
        case .notAPort(let path): "\(path) is no serial port, terminal or FIFO; correct `device`"
        case .failed(let error): "\(error)"
        }
    }
}
