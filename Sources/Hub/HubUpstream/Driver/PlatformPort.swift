import Base
import HubDomain
import Kernel
import OperatingSystem
import PlatformAPI
import Transport

/// Exchanges with the platform over HTTP. Riders have connections of their own, so that they wait behind nothing.
@MainActor final class PlatformPort {
    /// What an exchange is for, by which it gets its connections and its time.
    enum Purpose {
        case rider
        case other
        /// It takes as long as it flows.
        case list
    }

    typealias Outcome = Result<PlatformReply, ExchangeFailure>

    /// Together with those that lists have for themselves, of which there are two: 32.
    private static let riderConnections = 16
    private static let otherConnections = 14
    /// How long what a file says is taken for what it says now.
    private static let authorizationTime = Duration.seconds(10)

    let format: WireFormat
    private let settings: UpstreamSettings
    private let riders: HTTPClient
    private let others: HTTPClient
    private let metrics: UpstreamMetrics
    private var authorization: (text: String?, read: Instant)?

    init(_ settings: UpstreamSettings, metrics: UpstreamMetrics) throws(SystemError) {
        self.settings = settings
        self.metrics = metrics
        var format = WireFormat(baseURL: settings.baseURL, deviceID: "", softwareVersion: Release.number)
        (format.body, format.binaryTicket, format.timeZone) = (settings.body, settings.binaryTicket, settings.timeZone)
        (format.tokenCall, format.unlisted) = (settings.tokenCall, settings.unlisted)
        self.format = format
        let identity =
            settings.clientCertificateFile.isEmpty
            ? nil : TLSFiles.Identity(certificate: settings.clientCertificateFile, key: settings.clientKeyFile)
        let tls = TLSFiles(
            authorities: settings.authoritiesFile.isEmpty ? nil : settings.authoritiesFile, identity: identity)
        let epoll = try InnerEpoll()
        riders = HTTPClient(tls: tls, epoll: epoll, connections: Self.riderConnections)
        others = HTTPClient(tls: tls, epoll: epoll, connections: Self.otherConnections)
    }

    /// Sends on what a device said.
    /// - Parameter onEnd: is called exactly once, never before this returns, unless this is let go before.
    /// - Throws: when what was kept of the call is no request.
    func forward(
        _ fields: [UInt8], as key: ForwardKey, from upstreamID: String, for purpose: Purpose,
        onEnd: @escaping (Outcome) -> Void
    ) throws(FieldError) {
        let wire = try format.encode(forwarding: fields, of: key.call, as: key.requestID, from: upstreamID)
        // A rider does not wait for an error to be understood.
        let reception = ReplyReception(
            ReplyDecoder(for: key.call, format: format), readsErrors: purpose != .rider || key.call == .heartbeat)
        send(wire, of: key.call, reception, for: purpose, onEnd: onEnd)
    }

    /// Asks for what the hub itself wants to know.
    func ask(_ content: PlatformRequest.Content, as upstreamID: String, at now: WallTime) async -> Outcome {
        var format = format
        format.deviceID = upstreamID
        var random = SystemRandomNumberGenerator()
        let request = PlatformRequest(
            requestID: .version7(at: now, using: &random), content: content, timeout: settings.timeout)
        let purpose: Purpose =
            switch content {
            case .fullCardList, .cardIncrement, .lineCardList: .list
            case .heartbeat, .check, .log, .keys, .token: .other
            }
        let wire = format.encode(request)
        let reception = ReplyReception(ReplyDecoder(for: content, format: format), readsErrors: false)
        return await withCheckedContinuation { continuation in
            send(wire, of: PlatformCall(content), reception, for: purpose) { continuation.resume(returning: $0) }
        }
    }

    private func send(
        _ wire: WireRequest, of call: PlatformCall, _ reception: ReplyReception, for purpose: Purpose,
        onEnd: @escaping (Outcome) -> Void
    ) {
        let isList = purpose == .list
        let total: Duration? =
            switch purpose {
            case .rider: settings.timeout
            case .other: settings.timeout + settings.stall
            case .list: nil
            }
        let begun = Clocks.now().instant
        var excerpt = ReplyExcerpt(of: call)
        let request = HTTPRequest(
            url: wire.url, contentType: wire.contentType, body: wire.body, headers: headers(at: begun),
            timeout: isList ? settings.listTimeout : settings.timeout, connectTimeout: settings.timeout, stall: settings.stall,
            total: total, isBulk: isList, acceptsCompression: isList && !others.hasMetOddCoding)
        (purpose == .rider ? riders : others).send(request) {
            excerpt.append($0)
            return reception.receive($0)
        } onEnd: { [metrics] result in
            if let response = try? result.get() { excerpt.append(response.errorBody) }
            let outcome = reception.outcome(result, of: wire).mapError { excerpt.added(to: $0.inHubsTerms) }
            metrics.count(call, outcome, after: Clocks.now().instant - begun)
            onEnd(outcome)
        }
    }

    private func headers(at now: Instant) -> [(name: String, value: String)] {
        guard !settings.authorizationFile.isEmpty else { return [] }
        if authorization.map({ now - $0.read > Self.authorizationTime }) ?? true {
            let content = try? SmallFile.read(settings.authorizationFile, limit: 4096)
            let word = content?.prefix { (0x21...0x7E).contains($0) }
            authorization = (word.map { String(decoding: $0, as: UTF8.self) }, now)
        }
        guard let text = authorization?.text, !text.isEmpty else { return [] }
        return [("Authorization", "Bearer \(text)")]
    }
}

extension ExchangeFailure {
    /// Its advice names a box's settings and its network.
    var inHubsTerms: ExchangeFailure {
        var failure = self
        for (boxes, hubs) in [("platform.", "upstream."), ("the mobile network", "the network"), ("this box", "this hub")] {
            failure.text = failure.text.replacing(boxes, with: hubs)
        }
        return failure
    }
}
