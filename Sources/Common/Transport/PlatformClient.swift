import Base
import OperatingSystem
import PlatformAPI

/// The box's exchanges with the platform: a request is encoded and sent, its reply decoded while it arrives.
@MainActor public final class PlatformClient {
    /// The platform's certificate as it was when a connection was last made.
    public struct ServerCertificate: Hashable, Sendable {
        /// Host and port.
        public var host: String
        public var pem: String
    }

    private let format: WireFormat
    private let http: HTTPClient
    private let connectTimeout: Duration
    private let stall: Duration
    /// What proves to the platform which box calls, sent with every request as `Authorization: Bearer …`: one word of ASCII. Nil: nothing
    /// is sent.
    public var authorization: String?
    private let onReply: (ExchangeID, Result<PlatformReply, ExchangeFailure>) -> Void
    /// As the last connection showed it; nil before the first reply over TLS.
    public private(set) var certificate: ServerCertificate?

    /// - Parameters:
    ///   - connectTimeout: how long a connection may take to make (`platform.timeout_ms`).
    ///   - stall: how long a reply may pause (`platform.stall_ms`).
    ///   - onReply: gets the outcome of each exchange exactly once, never before `send` returns. It must not keep the
    ///     client's owner alive.
    public init(
        format: WireFormat, http: HTTPClient, connectTimeout: Duration = .seconds(5), stall: Duration,
        onReply: @escaping (ExchangeID, Result<PlatformReply, ExchangeFailure>) -> Void
    ) {
        self.format = format
        self.http = http
        self.connectTimeout = connectTimeout
        self.stall = stall
        self.onReply = onReply
    }

    public func send(_ id: ExchangeID, _ request: PlatformRequest) {
        let wire = format.encode(request)
        let reception = ReplyReception(request.content, format: format)
        let total = total(request)
        let exchange = HTTPRequest(
            url: wire.url, contentType: wire.contentType, body: wire.body,
            headers: authorization.map { [("Authorization", "Bearer \($0)")] } ?? [], timeout: request.timeout,
            connectTimeout: connectTimeout, stall: stall, total: total, isBulk: total == nil,
            // Short replies gain little, and a money matter must not fail for a header.
            acceptsCompression: total == nil && !http.hasMetOddCoding)
        http.send(exchange) {
            reception.receive($0)
        } onEnd: { [weak self] result in
            if let pem = (try? result.get())?.serverCertificate {
                self?.certificate = ServerCertificate(host: exchange.authority, pem: pem)
            }
            self?.onReply(id, reception.outcome(result, of: wire))
        }
    }

    /// A rider waits for an online check; a list takes as long as it flows; any other reply is short.
    private func total(_ request: PlatformRequest) -> Duration? {
        switch request.content {
        case .check(_, .online, position: _, time: _): request.timeout
        case .fullCardList, .cardIncrement, .lineCardList: nil
        case .check, .heartbeat, .log, .keys, .token: request.timeout + stall
        }
    }
}
