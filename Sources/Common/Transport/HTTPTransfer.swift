import Base
import CCurl
import Kernel
import OperatingSystem
import PlatformAPI

/// One exchange under way: its deadlines, and where its reply goes.
@MainActor final class HTTPTransfer {
    /// The body of an error (its status is not 2xx) is read up to here, to keep the connection, and then given up.
    private static let errorBodyLimit = 65536
    /// What a body may grow to when it is decompressed, beyond its first megabyte. JSON grows 10 to 30 times; what is made to
    /// grow without measure would hold up the loop.
    private static let growthLimit = 100
    /// Decoded bytes of a long reply in one turn of the loop: libcurl 7.88 fills its buffer up to 100 times in one call while the
    /// network keeps up, and a tap must not wait behind the decoding of all that.
    private static let shareOfTurn = 16384
    /// Between such turns, on the average: a list that came faster than 16 MB/s would keep the processor from the taps. Not by
    /// libcurl's own limit: with that, 7.88 does not notice the end of a reply that was paused, until something else happens.
    private static let betweenTurns = Duration.milliseconds(1)
    /// What turns that came late have missed is made up for so far.
    private static let longestCatchUp = Duration.milliseconds(10)

    let number: UInt
    let pool: ConnectionPool
    let easy: CurlEasy
    private let url: String
    private let tls: TLSFiles
    private let limits: (timeout: Duration, connect: Duration, stall: Duration, total: Duration?)
    private let started: Instant
    private var lastByte: Instant?
    private var errorBody: [UInt8] = []
    private var decoded = 0
    private var takenThisTurn = 0
    private var nextTurn: Instant
    /// Of a long reply.
    private var turnTimer: OneShotTimer?
    private let onBody: ([UInt8]) -> BodyVerdict
    private let onEnd: (Result<HTTPResponse, ExchangeFailure>) -> Void

    init(
        _ request: HTTPRequest, number: UInt, tls: TLSFiles, pool: ConnectionPool, started: Instant,
        onTurn: @escaping () -> Void, onBody: @escaping ([UInt8]) -> BodyVerdict,
        onEnd: @escaping (Result<HTTPResponse, ExchangeFailure>) -> Void
    ) {
        self.number = number
        self.pool = pool
        url = request.url
        self.tls = tls
        limits = (request.timeout, min(request.connectTimeout, request.timeout), request.stall, request.total)
        self.started = started
        nextTurn = started
        turnTimer = request.isBulk ? OneShotTimer(onFire: onTurn) : nil
        self.onBody = onBody
        self.onEnd = onEnd
        easy = CurlEasy(request, number: number, tls: tls)
        easy.deliver(to: self)
    }

    /// When to give up unless something arrives before.
    var deadline: Instant {
        let next = lastByte.map { $0 + limits.stall } ?? started + (easy.isConnected ? limits.timeout : limits.connect)
        return limits.total.map { min(next, started + $0) } ?? next
    }

    /// No deadline that it may yet come to have is before this: its reply's first byte, now at the earliest, may bring it nearer.
    func earliestDeadline(from now: Instant) -> Instant { min(deadline, now + limits.stall) }

    func receivedHeader() {
        lastByte = Clocks.now().instant
    }

    /// False when this turn's share of a long reply is taken; what is at hand comes again after `goOn`, for which `onTurn` asks.
    func takesMore() -> Bool {
        guard turnTimer != nil, takenThisTurn >= Self.shareOfTurn else { return true }
        nextTurn = max(nextTurn + Self.betweenTurns, Clocks.now().instant - Self.longestCatchUp)
        turnTimer?.schedule(at: nextTurn)
        return false
    }

    /// In the next turn. An error ends the exchange, for libcurl does not end it.
    func goOn() -> CURLcode {
        takenThisTurn = 0
        return easy.goOn()
    }

    func receivedBody(_ bytes: [UInt8]) -> BodyVerdict {
        lastByte = Clocks.now().instant
        decoded += bytes.count
        takenThisTurn += bytes.count
        guard !isBomb else { return .abort }
        guard !(200..<300).contains(easy.status) else { return onBody(bytes) }
        errorBody += bytes
        return isErrorTooLong ? .abort : .proceed
    }

    private var isErrorTooLong: Bool { errorBody.count > Self.errorBodyLimit }

    private var authority: String { HTTPRequest.authority(of: url) }

    private var isBomb: Bool { decoded > 1 << 20 && decoded / Self.growthLimit > easy.received }

    /// After its deadline: whether its connection, and others as old, may be dead.
    var isPathInDoubt: Bool { !easy.isConnected || easy.usesEarlierConnection || lastByte != nil }

    /// libcurl is done with it.
    func end(_ result: CURLcode) {
        onEnd(outcome(result))
    }

    /// Its deadline has passed.
    func endTimedOut() {
        onEnd(.failure(timeoutFailure))
    }

    private func outcome(_ result: CURLcode) -> Result<HTTPResponse, ExchangeFailure> {
        if isBomb {
            return .failure(
                ExchangeFailure(
                    .undecodable,
                    "\(authority): the reply grows more than \(Self.growthLimit) times when it is decompressed; check the platform"
                ))
        }
        if result == CURLE_OK || isErrorTooLong {
            if (300..<400).contains(easy.status), let location = easy.redirect {
                return .failure(
                    ExchangeFailure(
                        .status,
                        "\(authority): redirected (\(easy.status)) to \(location); check platform.base_url", status: easy.status))
            }
            return .success(
                HTTPResponse(
                    status: easy.status, contentType: easy.contentType, serverCertificate: easy.serverCertificate,
                    retryAfter: easy.retryAfterSeconds > 0 ? .seconds(easy.retryAfterSeconds) : nil, errorBody: errorBody))
        }
        if result == CURLE_OPERATION_TIMEDOUT { return .failure(timeoutFailure) }
        var failure = CurlFailure(
            result: result, detail: easy.errorDetail, connectError: easy.connectError, verifyResult: easy.verifyResult,
            authority: authority, proxy: EnvironmentProxy(for: url), tls: tls
        ).exchangeFailure
        failure.mayHaveArrived = easy.isConnected
        return .failure(failure)
    }

    private var timeoutFailure: ExchangeFailure {
        let text: String
        if let total = limits.total, deadline == started + total, lastByte != nil {
            text = "\(authority): no complete reply in \(total.text); check the platform and the mobile network"
        } else if lastByte != nil {
            text = "\(authority): the reply stopped for \(limits.stall.text); check the platform and the mobile network"
        } else {
            let mine = easy.isConnected ? limits.timeout : limits.connect
            let limit = limits.total.map { min($0, mine) } ?? mine
            text =
                if easy.isConnected {
                    "\(authority): connected, no reply in \(limit.text); check the platform"
                } else if easy.isNameResolved {
                    "\(authority): no connection in \(limit.text); check the mobile network, \(proxyAdvice)firewalls and platform.base_url"
                } else {
                    "DNS: no address for \(authority) in \(limit.text); check the mobile network and the name server"
                }
        }
        var failure = ExchangeFailure(.timeout, text)
        failure.mayHaveArrived = easy.isConnected
        return failure
    }

    private var proxyAdvice: String {
        EnvironmentProxy(for: url).map { "the proxy \($0.authority) (\($0.variable)), " } ?? ""
    }
}

extension Duration {
    /// For messages: `5 s`, `800 ms`.
    var text: String {
        let milliseconds = wholeMilliseconds
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }
}
