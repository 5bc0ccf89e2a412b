import CLinux
import Glibc
import Kernel
import OperatingSystem

/// The control socket: newline-delimited JSON over a Unix stream socket (docs/control-protocol.md).
///
/// Never waits for a client. When all places are taken, the client that has been silent longest makes room for a new one,
/// so that a technician always gets in. The program must ignore SIGPIPE, and call `stop` before it lets go.
final class ControlServer {
    static let maximumClients = 16
    /// Of one request line.
    static let maximumRequest = 64 * 1024
    /// Of the replies that a client has not read; beyond, it is cut off.
    static let maximumOutput = 1 << 20

    private let path: String
    private let epoll: InnerEpoll
    private let respond: ([UInt8], ControlPeer) -> [UInt8]
    private let onEnd: (ControlPeer) -> Void
    /// In the order in which they were last heard.
    private var clients: [ControlClient] = []
    private var listener: AcceptLoop?

    /// Listens on `path`, whose folder is made when it is missing, and which the owner and his group may use.
    ///
    /// - Parameters:
    ///   - onTrouble: is told, for the log, that no client can be accepted for the time being.
    ///   - onEnd: is told of a client that is gone.
    ///   - respond: makes a reply's line of a request's. No closure may keep the server alive.
    init(
        path: String, epoll: InnerEpoll, onTrouble: @escaping (String) -> Void = { _ in },
        onEnd: @escaping (ControlPeer) -> Void = { _ in }, respond: @escaping ([UInt8], ControlPeer) -> [UInt8]
    ) throws(ControlServerError) {
        self.path = path
        self.epoll = epoll
        self.respond = respond
        self.onEnd = onEnd
        let descriptor = try Self.listen(path)
        do throws(SystemError) {
            listener = try AcceptLoop(descriptor, of: "a client of the control socket", epoll: epoll, onTrouble: onTrouble) {
                [weak self] in self?.add($0)
            }
        } catch {
            throw .system(error)
        }
    }

    var clientCount: Int { clients.count }

    /// Closes everything and removes the socket.
    func stop() {
        guard let listener else { return }
        listener.stop()
        self.listener = nil
        for client in clients { drop(client) }
        unsafe unlink(path)
    }

    // MARK: Listening

    private static func listen(_ path: String) throws(ControlServerError) -> FileDescriptor {
        if let end = path.lastIndex(of: "/"), end > path.startIndex {
            let folder = String(path[..<end])
            if unsafe mkdir(folder, 0o755) == 0 {
                // The program's umask is for databases; the socket's group must get through.
                unsafe chmod(folder, 0o755)
            } else if errno != EEXIST {
                throw .system(SystemError.last("make the folder \(folder)"))
            }
        }
        do throws(SystemError) {
            return try bind(path)
        } catch {
            guard error.code == EADDRINUSE else { throw .system(error) }
        }
        // Somebody listens there, or somebody did and was killed.
        let answer = unsafe clinux_unix_connect(path)
        if answer >= 0 {
            close(answer)
            throw .inUse(path)
        }
        guard answer == -ECONNREFUSED, unsafe clinux_is_socket(path) != 0 else { throw .notASocket(path) }
        do throws(SystemError) {
            guard unsafe unlink(path) == 0 else { throw SystemError.last("remove the old socket \(path)") }
            return try bind(path)
        } catch {
            throw .system(error)
        }
    }

    private static func bind(_ path: String) throws(SystemError) -> FileDescriptor {
        let result = unsafe clinux_unix_listen(path, 0o660, CInt(maximumClients))
        guard result >= 0 else { throw SystemError(code: -result, what: "listen on \(path)") }
        return FileDescriptor(owning: result)
    }

    // MARK: Clients

    private func add(_ descriptor: consuming FileDescriptor) {
        if clients.count == Self.maximumClients { drop(clients[0]) }
        let client = ControlClient(descriptor)
        do throws(SystemError) {
            try epoll.register(client.descriptor.raw, for: client.interest) { [weak self, weak client] readiness in
                guard let self, let client else { return }
                self.serve(client, readiness)
            }
            clients.append(client)
        } catch {
            // Without room for one more descriptor it is as if the client had not been accepted.
        }
    }

    private func serve(_ client: ControlClient, _ readiness: InnerEpoll.Readiness) {
        client.advance(readiness, respond: respond)
        guard client.state != .closed else { return drop(client) }
        if readiness.contains(.read) {
            clients.removeAll { $0 === client }
            clients.append(client)
        }
        do throws(SystemError) {
            try epoll.modify(client.descriptor.raw, for: client.interest)
        } catch {
            drop(client)
        }
    }

    private func drop(_ client: ControlClient) {
        epoll.remove(client.descriptor.raw)
        clients.removeAll { $0 === client }
        onEnd(client.peer)
    }
}
