import Base
import Fares
import HubDomain
import HubMetrics
import HubServices
import HubStore
import OperatingSystem
import PlatformAPI

/// The platform in front of which this hub stands: answers for devices from what it said, and its sender.
public final class PlatformUpstream: Upstream {
    /// Is told an answer to an online check that came when nobody waited for it any more.
    public typealias LateAnswer = @Sendable (ForwardedCall, PlatformAnswer) async -> Void

    private let board = UpstreamBoard()
    private let metrics: UpstreamMetrics
    private let sender: UpstreamSender

    /// Reads what outlived the last run. Nothing is sent before `run`, but for riders.
    /// - Parameters:
    ///   - settings: with a `baseURL`.
    ///   - holder: names this program apart from others on the same store.
    ///   - log: takes lines, which are throttled.
    /// - Throws: `HubStoreError` or `SystemError`.
    public convenience init(
        _ settings: UpstreamSettings, store: any HubStore & ForwardStore, metrics: HubMetrics, holder: String,
        log: @escaping DeviceService.Log, onLateAnswer: @escaping LateAnswer
    ) async throws {
        try await self.init(
            settings, forwards: store, store: store, metrics: metrics, holder: holder, log: log, onLateAnswer: onLateAnswer)
    }

    init(
        _ settings: UpstreamSettings, forwards: any ForwardStore, store: any HubStore, metrics: HubMetrics, holder: String,
        log: @escaping DeviceService.Log, onLateAnswer: @escaping LateAnswer
    ) async throws {
        precondition(settings.isInFront, "there is a platform")
        self.metrics = UpstreamMetrics(metrics.registry, board: board, now: { Clocks.now().instant })
        sender = try await UpstreamSender(
            settings, forwards: forwards, store: store, board: board, metrics: self.metrics, holder: holder, log: log,
            onLateAnswer: onLateAnswer)
        try await sender.load()
    }

    /// Sends until it is cancelled. What is under way then is given up, and sent again by the next run.
    public func run() async throws {
        await sender.run()
        try Task.checkCancellation()
    }

    // MARK: For devices

    public func check(_ call: ForwardedCall, until deadline: Instant) async -> UpstreamCheck {
        await sender.check(call, until: deadline)
    }

    public func orders(of deviceID: String, at now: WallTime) -> PlatformReply.HeartbeatReply.Content? {
        guard let (content, isStale) = board.content(of: deviceID, at: now) else { return nil }
        if isStale { metrics.stale.add() }
        return content
    }

    public func list(_ list: DeviceList, of deviceID: String) -> ListInForce { board.list(list, of: deviceID) }

    public func report(_ heartbeat: ForwardedCall, at now: WallTime) {
        if board.leave(heartbeat) { callSender() }
    }

    public func firstOrders(
        _ heartbeat: ForwardedCall, until deadline: Instant
    ) async -> PlatformReply.HeartbeatReply.Content? {
        await sender.firstOrders(heartbeat, until: deadline)
        return orders(of: heartbeat.key.deviceID, at: Clocks.now().system)
    }

    public func keys(of deviceID: String) -> KeyRing? {
        board.enterprise(of: deviceID).flatMap { board.keys(ofEnterprise: $0) }
    }

    public func enterprise(of deviceID: String) -> String? { board.enterprise(of: deviceID) }

    public func wake(_ deviceID: String) {
        if board.leave(woken: deviceID) { callSender() }
    }

    public var isFull: Bool { board.isFull }

    private func callSender() {
        Task { [sender] in await sender.pump() }
    }
}
