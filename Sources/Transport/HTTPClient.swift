import CCurl
import Kernel
import ValidatorCore

/// Exchanges over HTTP and HTTPS by libcurl on the main queue: keep-alive, HTTP/2 where a server offers it over TLS, gzip,
/// proxies from the environment (`https_proxy`, `no_proxy`, see curl(1)). Redirects are not followed, but reported.
///
/// Letting go of the client ends its exchanges without a further call.
@MainActor public final class HTTPClient {
    /// Connections that are kept for the next request: uploads, heartbeat, list and checks at once, with HTTP/1.1.
    private static let idleConnections = 8
    /// A timer that fires so late tells of a loop held up, not of a silent server.
    private static let lateness = Duration.milliseconds(20)

    private let tls: TLSFiles
    private let multi: CurlMulti
    private let link: Link
    private let watchdog: OneShotTimer
    private var watchdogDue: Instant?
    private var transfers: [UInt: HTTPTransfer] = [:]
    private var lastNumber: UInt = 0
    private var isInsideLibcurl = false
    private var lastTimeout: Instant?

    /// Lets callbacks that are made before the client reach it, and not keep it.
    private final class Link {
        weak var client: HTTPClient?
    }

    public init(tls: TLSFiles = TLSFiles(), epoll: InnerEpoll) {
        self.tls = tls
        let link = Link()
        self.link = link
        multi = CurlMulti(
            reactor: CurlReactor(epoll: epoll) { cause in link.client?.act(cause) }, idleConnections: Self.idleConnections)
        watchdog = OneShotTimer { link.client?.endOverdue() }
        link.client = self
    }

    isolated deinit {
        for transfer in transfers.values { multi.remove(transfer.easy) }
    }

    /// Starts an exchange. How many run at once is the caller's to bound.
    ///
    /// - Parameters:
    ///   - onBody: gets the decoded body of a reply with status 200 piece by piece, at most 16 KB each; other bodies are
    ///     discarded. It must not call the client.
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
        let transfer = HTTPTransfer(
            request, number: lastNumber, tls: tls, maximumConnectionAge: lastTimeout.map { now - $0 }, started: now,
            onBody: onBody, onEnd: onEnd)
        transfers[lastNumber] = transfer
        multi.add(transfer.easy)
        scheduleWatchdog()
        return HTTPExchangeID(number: lastNumber)
    }

    /// Ends an exchange; neither of its functions is called any more. Does nothing when it has ended already.
    public func cancel(_ id: HTTPExchangeID) {
        precondition(!isInsideLibcurl, "HTTPClient.cancel from within onBody")
        _ = take(id.number)
    }

    private func act(_ cause: CurlReactor.Cause) {
        isInsideLibcurl = true
        multi.act(cause)
        isInsideLibcurl = false
        while let (number, result) = multi.nextEnded() {
            if result == CURLE_OPERATION_TIMEDOUT { lastTimeout = Clocks.now().instant }
            take(number)?.end(result)
        }
        scheduleWatchdog()
    }

    private func endOverdue() {
        let now = Clocks.now().instant
        if let due = watchdogDue, now - due > Self.lateness {
            // The loop was held up, by a slow disk say: first see what has arrived meanwhile.
            watchdogDue = now
            return watchdog.schedule(at: now)
        }
        watchdogDue = nil
        for transfer in transfers.values.filter({ $0.deadline <= now }).sorted(by: { $0.number < $1.number }) {
            // After a tunnel, connections made before it are often dead without a word: from now on only newer ones are used.
            lastTimeout = now
            take(transfer.number)?.endTimedOut()
        }
        scheduleWatchdog()
    }

    private func take(_ number: UInt) -> HTTPTransfer? {
        guard let transfer = transfers.removeValue(forKey: number) else { return nil }
        multi.remove(transfer.easy)
        return transfer
    }

    /// Deadlines mostly move away: then the timer fires in vain once, instead of being set with every byte.
    private func scheduleWatchdog() {
        guard let due = transfers.values.lazy.map(\.deadline).min(), watchdogDue.map({ due < $0 }) ?? true else { return }
        watchdogDue = due
        watchdog.schedule(at: due)
    }
}
