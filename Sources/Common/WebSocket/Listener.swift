import CLinux
import Glibc
import Kernel
import OperatingSystem

/// A listening TCP socket that hands out its clients.
@MainActor final class Listener {
    /// Clients accepted in one turn of the loop; the others wait for the next.
    private static let clientsPerTurn = 16
    /// After a failure that would only repeat itself, such as having no descriptor left.
    private static let pause = Duration.seconds(1)

    let port: UInt16
    private let descriptor: FileDescriptor
    private let epoll: InnerEpoll
    private let onClient: (consuming FileDescriptor) -> Void
    private let onTrouble: (String) -> Void
    private var resumeTimer: OneShotTimer?

    init(
        _ address: ListenAddress, epoll: InnerEpoll, onTrouble: @escaping (String) -> Void,
        onClient: @escaping (consuming FileDescriptor) -> Void
    ) throws(SystemError) {
        let result = unsafe clinux_tcp_listen(address.host, String(address.port), 128)
        guard result >= 0 else { throw SystemError(code: -result, what: "listen on \(address)") }
        descriptor = FileDescriptor(owning: result)
        let bound = clinux_tcp_port(result)
        guard bound >= 0 else { throw SystemError(code: -bound, what: "ask for the port of \(address)") }
        port = UInt16(bound)
        self.epoll = epoll
        self.onTrouble = onTrouble
        self.onClient = onClient
        try epoll.register(result, for: .read) { [weak self] _ in self?.accept() }
        resumeTimer = OneShotTimer { [weak self] in self?.watch(for: .read) }
        // Dispatch opens a descriptor for its first timer: now, and not when there is none left.
        resumeTimer?.schedule(after: Self.pause)
    }

    /// Before it is let go of.
    func stop() { epoll.remove(descriptor.raw) }

    private func accept() {
        for _ in 0..<Self.clientsPerTurn {
            let result = clinux_accept(descriptor.raw)
            guard result < 0 else {
                onClient(FileDescriptor(owning: result))
                continue
            }
            switch -result {
            case EAGAIN: return
            // A client that is gone again.
            case ECONNABORTED, EINTR, EPROTO: continue
            default:
                let error = SystemError(code: -result, what: "accept a WebSocket client")
                onTrouble("\(error); trying again in \(Self.pause.wholeSeconds) s")
                watch(for: [])
                resumeTimer?.schedule(after: Self.pause)
                return
            }
        }
    }

    private func watch(for readiness: InnerEpoll.Readiness) {
        guard epoll.isWatching(descriptor.raw) else { return }
        do throws(SystemError) {
            try epoll.modify(descriptor.raw, for: readiness)
        } catch {
            onTrouble("\(error); no more WebSocket clients are accepted: restart the program")
        }
    }
}
