import Base
import CCurl
import Kernel
import OperatingSystem
import PlatformAPI

/// Exchanges over HTTP and HTTPS by libcurl on the main queue: keep-alive, HTTP/2 where a server offers it over TLS, gzip,
/// proxies from the environment (`https_proxy`, `no_proxy`, see curl(1)). Redirects are not followed, but reported.
///
/// Letting go of the client ends its exchanges without a further call.
@MainActor public final class HTTPClient {
    /// A timer that fires so late tells of a loop held up, not of a silent server.
    private static let lateness = Duration.milliseconds(20)

    private let tls: TLSFiles
    private let epoll: InnerEpoll
    private let connections: Int
    private let link: Link
    /// Of the short exchanges to come; nil until the next begins.
    private var pool: ConnectionPool?
    private let watchdog: OneShotTimer
    private var watchdogDue: Instant?
    private var transfers: [UInt: HTTPTransfer] = [:]
    private var lastNumber: UInt = 0
    private var isInsideLibcurl = false
    /// Whether a server has named a coding of its reply that is none, or did not keep to the one that it named.
    public private(set) var hasMetOddCoding = false

    /// Lets callbacks that are made before the client reach it, and not keep it.
    private final class Link {
        weak var client: HTTPClient?
    }

    /// - Parameter connections: at once to one host and, with HTTP/1.1, kept for what comes. Unless given, more than all that a box
    ///   sends at a time, so that a rider's check never waits for an upload to end.
    public init(tls: TLSFiles = TLSFiles(), epoll: InnerEpoll, connections: Int = 24) {
        self.tls = tls
        self.epoll = epoll
        self.connections = connections
        let link = Link()
        self.link = link
        watchdog = OneShotTimer { link.client?.endOverdue() }
        link.client = self
    }

    isolated deinit {
        for transfer in transfers.values { transfer.pool.end(transfer) }
    }

    /// Starts an exchange. How many run at once is the caller's to bound.
    ///
    /// - Parameters:
    ///   - onBody: gets the decoded body of a reply with a status 2xx piece by piece, at most 16 KB each. It must not call the
    ///     client.
    ///   - onEnd: is called exactly once unless the exchange is cancelled, and never before `send` returns. A reply of any
    ///     status but a redirect is a success.
    @discardableResult
    public func send(
        _ request: HTTPRequest, onBody: @escaping ([UInt8]) -> BodyVerdict,
        onEnd: @escaping (Result<HTTPResponse, ExchangeFailure>) -> Void
    ) -> HTTPExchangeID {
        precondition(!isInsideLibcurl, "HTTPClient.send from within onBody")
        let now = Clocks.now().instant
        lastNumber += 1
        let pool = pool(for: request)
        let transfer = HTTPTransfer(
            request, number: lastNumber, tls: tls, pool: pool, started: now,
            onTurn: { [link, lastNumber] in link.client?.goOn(lastNumber) }, onBody: onBody, onEnd: onEnd)
        transfers[lastNumber] = transfer
        pool.start(transfer)
        watch(until: transfer.earliestDeadline(from: now))
        return HTTPExchangeID(number: lastNumber)
    }

    /// Ends an exchange; neither of its functions is called any more. Does nothing when it has ended already.
    public func cancel(_ id: HTTPExchangeID) {
        precondition(!isInsideLibcurl, "HTTPClient.cancel from within onBody")
        _ = take(id.number)
    }

    /// libcurl 7.88 mixes up connections of HTTP/1.1 and HTTP/2 in one pool, and a bulk reply has one of its own anyway.
    private func pool(for request: HTTPRequest) -> ConnectionPool {
        if let pool, !request.isBulk { return pool }
        let fresh = ConnectionPool(epoll: epoll, connections: connections) { [link] pool, cause in
            link.client?.act(cause, in: pool)
        }
        if !request.isBulk { pool = fresh }
        return fresh
    }

    private func act(_ cause: CurlReactor.Cause, in pool: ConnectionPool) {
        isInsideLibcurl = true
        pool.act(cause)
        isInsideLibcurl = false
        while let (number, result) = pool.nextEnded() { end(number, result) }
    }

    private func goOn(_ number: UInt) {
        guard let transfer = transfers[number] else { return }
        isInsideLibcurl = true
        let result = transfer.goOn()
        isInsideLibcurl = false
        if result != CURLE_OK { end(number, result) }
    }

    private func end(_ number: UInt, _ result: CURLcode) {
        guard let transfer = take(number) else { return }
        if result == CURLE_BAD_CONTENT_ENCODING { hasMetOddCoding = true }
        if result == CURLE_OPERATION_TIMEDOUT { distrustConnections(after: transfer) }
        transfer.end(result)
    }

    /// After a tunnel, connections made before it are often dead without a word: from now on only newer ones are used. One
    /// that was made for this exchange shows that the path works: then it is the server that takes its time.
    private func distrustConnections(after transfer: HTTPTransfer) {
        if transfer.pool === pool, transfer.isPathInDoubt { pool = nil }
    }

    private func endOverdue() {
        let now = Clocks.now().instant
        let isLate = watchdogDue.map { now - $0 > Self.lateness } ?? false
        watchdogDue = nil
        // The loop was held up, by a slow disk say: first see what has arrived meanwhile.
        guard !isLate else { return watch(until: now + Self.lateness) }
        for transfer in transfers.values.filter({ $0.deadline <= now }).sorted(by: { $0.number < $1.number }) {
            guard take(transfer.number) != nil else { continue }
            distrustConnections(after: transfer)
            transfer.endTimedOut()
        }
        if let next = transfers.values.lazy.map({ $0.earliestDeadline(from: now) }).min() { watch(until: next) }
    }

    private func take(_ number: UInt) -> HTTPTransfer? {
        guard let transfer = transfers.removeValue(forKey: number) else { return nil }
        transfer.pool.end(transfer)
        return transfer
    }

    /// A look at every exchange's deadline, and with it a new look: nothing is to be done with each byte.
    private func watch(until due: Instant) {
        guard watchdogDue.map({ due < $0 }) ?? true else { return }
        watchdogDue = due
        watchdog.schedule(at: due)
    }
}
