import Base
import Dispatch
import Kernel
import OperatingSystem

/// A WebSocket server (RFC 6455) on the main queue, without extensions.
///
/// It never waits for a client. What is sent to one is queued, within a bound, and written in slices of the loop's time; who does
/// not read is closed. The program must ignore SIGPIPE, and call `stop` before it lets go.
@MainActor public final class WebSocketServer {
    /// What the server tells its owner. None but `onTrouble` is called from within the server's own functions; each may call those.
    /// They must not keep the server alive.
    public struct Handlers {
        /// May this request open a connection? Asked once a request, and answered at once.
        public var authorise: (UpgradeRequest) -> UpgradeVerdict
        public var onOpen: (ConnectionID) -> Void
        /// A whole text message: valid UTF-8, at most `WebSocketLimits.messageSize` bytes.
        public var onText: (ConnectionID, [UInt8]) -> Void
        /// As `onText`. Without it, binary messages are answered with close code 1003.
        public var onBinary: ((ConnectionID, [UInt8]) -> Void)?
        /// A message is larger than the limit: the last chance to `send` an answer, then the server closes with 1009.
        public var onTooLarge: (ConnectionID) -> Void
        /// Exactly once for each `onOpen`, whoever ended the connection and why, except by `stop`. From then on `send` to it does
        /// nothing.
        public var onClose: (ConnectionID) -> Void
        /// Something that a technician should know: `accept a WebSocket client: Too many open files; trying again in 1 s`.
        public var onTrouble: (String) -> Void

        public init(
            authorise: @escaping (UpgradeRequest) -> UpgradeVerdict,
            onOpen: @escaping (ConnectionID) -> Void = { _ in },
            onText: @escaping (ConnectionID, [UInt8]) -> Void,
            onBinary: ((ConnectionID, [UInt8]) -> Void)? = nil,
            onTooLarge: @escaping (ConnectionID) -> Void = { _ in },
            onClose: @escaping (ConnectionID) -> Void = { _ in },
            onTrouble: @escaping (String) -> Void = { _ in }
        ) {
            self.authorise = authorise
            self.onOpen = onOpen
            self.onText = onText
            self.onBinary = onBinary
            self.onTooLarge = onTooLarge
            self.onClose = onClose
            self.onTrouble = onTrouble
        }
    }

    let limits: WebSocketLimits
    let epoll: InnerEpoll
    let handlers: Handlers
    /// Of connections that are accepted from now on.
    private var tls: TLSContext?
    var connections: [ConnectionID: Connection] = [:]
    var openCount = 0
    /// Bytes that wait for all clients together.
    var queuedSize = 0
    /// Closed, and their owner is not told yet.
    var closed: [ConnectionID] = []
    /// Reading stops then, to go on after everybody else had a turn. Nil before the first read of a turn.
    var readingEnd: Instant?
    /// Of the deadline timer; nil while no connection has a deadline.
    var nextDeadline: Instant?
    var deadlineTimer: OneShotTimer?
    /// What is queued for a connection while it waits for its turn goes out in one write: the busier the loop, the fewer the writes.
    var writing: ConnectionTurns?
    var handling: ConnectionTurns?
    private var lastID: UInt64 = 0
    private var listener: Listener?

    /// Listens from now on. `tls` makes it wss.
    public init(
        listen address: ListenAddress, tls files: ServerIdentity? = nil, limits: WebSocketLimits = WebSocketLimits(),
        epoll: InnerEpoll,
        handlers: Handlers
    ) throws(WebSocketServerError) {
        self.limits = limits
        self.epoll = epoll
        self.handlers = handlers
        if let files { tls = try TLSContext(files) } else { tls = nil }
        deadlineTimer = OneShotTimer { [weak self] in self?.cutOverdue() }
        writing = ConnectionTurns { [weak self] connection in self?.write(connection) }
        handling = ConnectionTurns { [weak self] connection in self?.handleNext(connection) }
        do throws(SystemError) {
            listener = try Listener(address, epoll: epoll, onTrouble: handlers.onTrouble) { [weak self] descriptor in
                self?.accept(descriptor)
            }
        } catch {
            throw .system(error)
        }
    }

    /// The port that it listens on, also where the system chose it; 0 once stopped.
    public var port: UInt16 { listener?.port ?? 0 }

    /// Open connections, those not counted that are being opened or closed.
    public var connectionCount: Int { openCount }

    /// Queues one text message for each of the connections; it is encoded once, and its bytes are shared. Connections that are gone
    /// are passed over. `text` is valid UTF-8.
    public func send(_ text: [UInt8], to connections: some Sequence<ConnectionID>) {
        let frame = FrameEncoder.frame(.text, text)
        for id in connections { enqueue(frame, for: id) }
    }

    /// As the other; for one connection.
    public func send(_ text: [UInt8], to connection: ConnectionID) {
        send(text, to: CollectionOfOne(connection))
    }

    /// Queues one binary message.
    public func sendBinary(_ bytes: [UInt8], to connection: ConnectionID) {
        enqueue(FrameEncoder.frame(.binary, bytes), for: connection)
    }

    /// Closes a connection after what was queued for it. `code` is one of RFC 6455, section 7.4; `reason` has at most 123 bytes.
    public func close(_ connection: ConnectionID, code: UInt16, reason: String = "") {
        guard let connection = connections[connection] else { return }
        close(connection, FrameEncoder.close(code, reason: reason))
    }

    /// Takes new connections with these files from now on; those that are open keep theirs. With files that cannot be used, everything
    /// stays as it was. Only for a server with TLS.
    public func replaceIdentity(_ files: ServerIdentity) throws(WebSocketServerError) {
        precondition(tls != nil, "a server without TLS has no identity")
        tls = try TLSContext(files)
    }

    /// Says goodbye with 1001, as far as that goes at once, and closes everything.
    public func stop() {
        guard let listener else { return }
        listener.stop()
        self.listener = nil
        for connection in connections.values {
            close(connection, FrameEncoder.close(CloseCode.goingAway))
            _ = connection.flush()
            epoll.remove(connection.socket.raw)
        }
        connections = [:]
        queuedSize = 0
        closed = []
    }

    private func accept(_ descriptor: consuming FileDescriptor) {
        let raw = descriptor.raw
        let session = tls?.makeSession(raw)
        guard tls == nil || session != nil else { return handlers.onTrouble("no memory for one more TLS connection") }
        lastID += 1
        let id = ConnectionID(rawValue: lastID)
        let connection = Connection(id, socket: ClientSocket(descriptor, tls: session), sizeLimit: limits.messageSize)
        makeRoom(for: connection.peer)
        do throws(SystemError) {
            try epoll.register(raw, for: .read) { [weak self] readiness in self?.serve(id, readiness) }
        } catch {
            return handlers.onTrouble("\(error); a WebSocket client was turned away")
        }
        connections[id] = connection
        setDeadline(of: connection, after: limits.handshakeTime)
    }

    /// For one more of this peer that is being opened or closed.
    private func makeRoom(for peer: UInt64) {
        guard connections.count - openCount >= min(limits.pendingHandshakes, limits.pendingHandshakesPerAddress) else { return }
        let passing = Dictionary(grouping: connections.values.filter { $0.phase != .open }, by: \.peer)
        var crowd = passing[peer] ?? []
        if crowd.count < limits.pendingHandshakesPerAddress {
            guard connections.count - openCount >= limits.pendingHandshakes else { return }
            crowd = passing.values.max { $0.count < $1.count } ?? []
        }
        if let oldest = crowd.min(by: { $0.id.rawValue < $1.id.rawValue }) { drop(oldest) }
    }
}
