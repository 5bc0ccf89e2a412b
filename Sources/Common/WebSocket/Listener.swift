import CLinux
import Kernel
import OperatingSystem

/// A listening TCP socket that hands out its clients.
@MainActor final class Listener {
    let port: UInt16
    private let clients: AcceptLoop

    init(
        _ address: ListenAddress, epoll: InnerEpoll, onTrouble: @escaping (String) -> Void,
        onClient: @escaping (consuming FileDescriptor) -> Void
    ) throws(SystemError) {
        let result = unsafe clinux_tcp_listen(address.host, String(address.port), 128)
        guard result >= 0 else { throw SystemError(code: -result, what: "listen on \(address)") }
        let descriptor = FileDescriptor(owning: result)
        let bound = clinux_tcp_port(result)
        guard bound >= 0 else { throw SystemError(code: -bound, what: "ask for the port of \(address)") }
        port = UInt16(bound)
        clients = try AcceptLoop(
            descriptor, of: "a WebSocket client", epoll: epoll, onTrouble: onTrouble, onClient: onClient)
    }

    /// Before it is let go of.
    func stop() { clients.stop() }
}
