import CLinux
import Glibc
import OperatingSystem

/// Why there is no control socket.
enum ControlServerError: Error, CustomStringConvertible {
    case inUse(String)
    case notASocket(String)
    case system(SystemError)

    var description: String {
        switch self {
        case .inUse(let path):
            "another validatord answers on \(path); stop it first, or give this one its own device.control_socket"
        case .notASocket(let path):
            "\(path) is there and is no socket of ours; remove it, or change device.control_socket"
        case .system(let error):
            "control socket: \(error)"
        }
    }
}
