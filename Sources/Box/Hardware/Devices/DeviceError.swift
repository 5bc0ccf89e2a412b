import Glibc
import OperatingSystem

/// Why a device could not be opened, with what to do about it.
enum DeviceError: Error, Hashable, CustomStringConvertible {
    /// Nothing has that name now.
    case absent(path: String)
    case permission(path: String)
    /// Another program holds it.
    case busy(path: String)
    case unsupportedBaud(path: String, baud: Int)
    /// A regular file, a folder, or a device of another kind.
    case unsuitable(path: String, DeviceKind)
    case failed(SystemError)

    init(_ error: SystemError, path: String, kind: DeviceKind) {
        self =
            switch (error.code, kind) {
            case (ENOENT, _), (ENODEV, _), (ENXIO, _), (ENOTDIR, _): .absent(path: path)
            case (EACCES, _), (EPERM, _): .permission(path: path)
            case (EBUSY, _), (EWOULDBLOCK, _): .busy(path: path)
            case (ENOTTY, _): .unsuitable(path: path, kind)
            case (EINVAL, .serialPort(let baud)), (ENOTSUP, .serialPort(let baud)): .unsupportedBaud(path: path, baud: baud)
            default: .failed(error)
            }
    }

    var description: String {
        switch self {
        case .absent(let path): "\(path) is not there; plug the device in, or correct `device`"
        case .permission(let path): "\(path) may not be opened; put the program's user into its group (ls -lL \(path) names it)"
        case .busy(let path): "\(path) is in use by another program; stop that one (fuser \(path) names it)"
        case .unsupportedBaud(let path, let baud): "\(path) cannot do \(baud) baud; correct `baud`"
        case .unsuitable(let path, .serialPort): "\(path) is no serial port, terminal or FIFO; correct `device`"
        case .unsuitable(let path, .inputDevice): "\(path) is neither a device nor a FIFO; correct `device`"
        case .failed(let error): "\(error)"
        }
    }
}
