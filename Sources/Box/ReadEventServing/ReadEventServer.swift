import Base
import Kernel
import OperatingSystem
import ReadEvents
import WebSocket

/// Serves the read-event interface: a `WebSocketServer` and the tokens that open it, joined with a `ReadEventService`.
///
/// The program must ignore SIGPIPE, and call `stop` before it lets go.
@MainActor public final class ReadEventServer {
    public struct Settings: Hashable, Sendable {
        public var address: ListenAddress
        /// Nil: without TLS.
        public var tls: ServerIdentity?
        /// Nil: whoever reaches the address is let in.
        public var tokensFile: String?
        /// Of its tokens, in bytes: 1 where only this machine can try one.
        public var minimumTokenLength: Int
        /// At once: displays and counters of one vehicle, and a fleet's collector. Each may keep 128 KB of a message that is not complete.
        public var connections = 64

        public init(
            address: ListenAddress, tls: ServerIdentity?, tokensFile: String?,
            minimumTokenLength: Int = AccessTokens.minimumLength
        ) {
            self.address = address
            self.tls = tls
            self.tokensFile = tokensFile
            self.minimumTokenLength = minimumTokenLength
        }
    }

    /// About 3,000 events: what a client may fall behind before it is closed with 1013.
    private static let queueSize = 1 << 20
    /// Between notices of handshakes without a known token.
    private static let refusalNoticePause = Duration.seconds(3600)

    private let settings: Settings
    private let onNotice: (Notice) -> Void
    /// Of the notices; otherwise in tests.
    var clock: () -> Instant = { Clocks.now().instant }
    private var tokens: AccessTokens?
    private var service = ReadEventService()
    private var server: WebSocketServer?
    private var timer: OneShotTimer?
    /// Handshakes without a known token, since the last notice and in all, and when that was.
    private var refusals: (untold: Int, total: Int, toldAt: Instant?) = (0, 0, nil)

    /// Listens from now on. `onNotice` must not keep the server alive.
    public init(_ settings: Settings, epoll: InnerEpoll, onNotice: @escaping (Notice) -> Void) throws {
        self.settings = settings
        self.onNotice = onNotice
        tokens = try settings.tokensFile.map { try Self.readTokens($0, settings.minimumTokenLength) }
        timer = OneShotTimer { [weak self] in self?.handle(.timer) }
        var limits = WebSocketLimits()
        limits.messageSize = ClientMessage.maximumBytes
        limits.queueSize = Self.queueSize
        limits.connections = settings.connections
        server = try WebSocketServer(
            listen: settings.address, tls: settings.tls, limits: limits, epoll: epoll,
            handlers: WebSocketServer.Handlers(
                authorise: { [weak self] in self?.verdict(on: $0) ?? .refuse(status: 503, text: "the server stops") },
                onOpen: { [weak self] in self?.handle(.opened($0.rawValue)) },
                onText: { [weak self] in self?.handle(.text($0.rawValue, $1)) },
                onTooLarge: { [weak self] in self?.handle(.tooLarge($0.rawValue)) },
                onClose: { [weak self] in self?.handle(.closed($0.rawValue)) },
                onTrouble: { [weak self] in self?.onNotice(Notice(.warning, "read events: \($0)")) }))
        let scheme = settings.tls == nil ? "ws" : "wss"
        let host = settings.address.host.contains(":") ? "[\(settings.address.host)]" : settings.address.host
        onNotice(Notice(.info, "read events: listening on \(scheme)://\(host):\(port)\(ReadEventService.path)"))
    }

    /// The port that it listens on, also where the system chose it.
    public var port: UInt16 { server?.port ?? 0 }

    public var connectionCount: Int { server?.connectionCount ?? 0 }

    /// The devices that there are, as far as they have not been named before.
    public func add(devices: [String]) { handle(.devices(devices)) }

    /// Pushes read events to whoever has subscribed to their devices. Those from an earlier run are kept for a while too, for
    /// those who subscribe later.
    public func publish(_ events: [DeviceReadEvent], isFromEarlierRun: Bool) {
        handle(isFromEarlierRun ? .closedByRestart(events) : .events(events))
    }

    /// Reads the files of tokens, certificate and key again. Where they cannot be used, what was read before stays in force.
    public func reload() {
        reloadTokens()
        guard let files = settings.tls else { return }
        do {
            try server?.replaceIdentity(files)
            onNotice(Notice(.info, "read events: the certificate \(files.certificate) is in force for new connections"))
        } catch {
            onNotice(Notice(.error, "read events: \(error); the certificate read before stays in force"))
        }
    }

    private func reloadTokens() {
        guard let path = settings.tokensFile, let old = tokens else { return }
        do {
            let new = try Self.readTokens(path, settings.minimumTokenLength)
            tokens = new
            onNotice(Notice(.info, "read events: the tokens in \(path) are in force"))
            if !new.isSuperset(of: old) { handle(.tokenWithdrawn) }
        } catch {
            onNotice(Notice(.error, "read events: \(error); the tokens read before stay in force"))
        }
    }

    /// Takes leave of all clients, and closes everything.
    public func stop() {
        server?.stop()
        server = nil
        timer = nil
    }

    // MARK: -

    private static func readTokens(_ path: String, _ minimumLength: Int) throws -> AccessTokens {
        let content = try SmallFile.read(path, limit: AccessTokens.maximumFileSize)
        do throws(AccessTokensError) {
            return try AccessTokens(file: content, minimumLength: minimumLength)
        } catch {
            throw UnusableTokensFile(path: path, reason: error)
        }
    }

    private func verdict(on request: UpgradeRequest) -> UpgradeVerdict {
        guard request.path == ReadEventService.path else {
            return .refuse(status: 404, text: "there is only \(ReadEventService.path) here")
        }
        let reading = request.keyReadings.first { reading in
            tokens?.admit { name in name == "sec-websocket-key" ? reading.credential : request.values(of: name).first } ?? true
        }
        guard let reading else {
            noteRefusal()
            return .refuse(
                status: 401, text: "the token in Sec-WebSocket-Key, X-Subject-Token or Authorization: Bearer is not known here")
        }
        return .accept(nonce: reading.nonce)
    }

    /// The first at once, those that follow by their number: who guesses is to be seen, and not to fill the log.
    private func noteRefusal() {
        refusals.untold += 1
        refusals.total += 1
        let now = clock()
        if let toldAt = refusals.toldAt, now - toldAt < Self.refusalNoticePause { return }
        let others = refusals.untold > 1 ? ", and \(refusals.untold - 1) more since the last such notice" : ""
        onNotice(
            Notice(
                .warning, "read events: a client without a known token was refused\(others); \(refusals.total) since the start"))
        (refusals.untold, refusals.toldAt) = (0, now)
    }

    private func handle(_ input: ReadEventService.Input) {
        for output in service.handle(input, at: Clocks.now()) {
            switch output {
            case .send(let text, let clients): server?.send(text, to: clients.lazy.map(ConnectionID.init(rawValue:)))
            case .close(let client, let code, let reason):
                server?.close(ConnectionID(rawValue: client), code: code, reason: reason)
            }
        }
        timer?.schedule(at: service.nextDeadline)
    }
}

/// A file of tokens that is there and cannot be meant so.
struct UnusableTokensFile: Error, CustomStringConvertible {
    var path: String
    var reason: AccessTokensError

    var description: String { "\(path): \(reason)" }
}
