import Base
import CLinux
import Glibc
import OperatingSystem

/// Takes the clients of a listening socket, of whatever kind, as they come. What would only fail again, such as having no descriptor
/// left, it tries again after a pause: a loop that went round meanwhile would keep riders waiting.
@MainActor public final class AcceptLoop {
    /// Clients accepted in one turn of the loop; the others wait for the next.
    private static let clientsPerTurn = 16
    /// After a failure that would only repeat itself.
    public static let pause = Duration.seconds(1)

    private let descriptor: FileDescriptor
    private let clientKind: String
    private let epoll: InnerEpoll
    private let acceptNext: (Int32) -> Int32
    private let onTrouble: (String) -> Void
    private let onClient: (consuming FileDescriptor) -> Void
    private var resumeTimer: OneShotTimer?

    /// - Parameters:
    ///   - descriptor: the socket, which listens already and does not block.
    ///   - clientKind: for messages: `a WebSocket client`.
    ///   - acceptNext: accept4(2): a client's descriptor, or minus the error number.
    ///   - onTrouble: is told of a failure once, and that there will be another attempt.
    ///   - onClient: gets each client. Neither closure may keep the owner alive.
    public init(
        _ descriptor: consuming FileDescriptor, of clientKind: String, epoll: InnerEpoll,
        acceptNext: @escaping (Int32) -> Int32 = { clinux_accept($0) }, onTrouble: @escaping (String) -> Void,
        onClient: @escaping (consuming FileDescriptor) -> Void
    ) throws(SystemError) {
        self.descriptor = descriptor
        self.clientKind = clientKind
        self.epoll = epoll
        self.acceptNext = acceptNext
        self.onTrouble = onTrouble
        self.onClient = onClient
        try epoll.register(self.descriptor.raw, for: .read) { [weak self] _ in self?.accept() }
        resumeTimer = OneShotTimer { [weak self] in self?.watch(for: .read) }
        // Dispatch opens a descriptor for its first timer: now, and not when there is none left.
        resumeTimer?.schedule(after: Self.pause)
    }

    /// Before it is let go of.
    public func stop() { epoll.remove(descriptor.raw) }

    private func accept() {
        for _ in 0..<Self.clientsPerTurn {
            let result = acceptNext(descriptor.raw)
            guard result < 0 else {
                onClient(FileDescriptor(owning: result))
                continue
            }
            switch -result {
            case EAGAIN: return
            // A client that is gone again.
            case ECONNABORTED, EINTR, EPROTO: continue
            default:
                let error = SystemError(code: -result, what: "accept \(clientKind)")
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
            onTrouble("\(error); \(clientKind) is no more accepted: restart the program")
        }
    }
}
