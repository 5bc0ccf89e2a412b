import Base
import HubDomain
import HubMetrics
import HubServices
import HubStore
import OperatingSystem
import PlatformAPI
import Synchronization
import TestSupport
import Testing

@testable import HubUpstream

/// What was told, in order.
final class Told<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])
    var all: [Value] { values.withLock { $0 } }
    func add(_ value: Value) { values.withLock { $0.append(value) } }
}

/// A hub in front of a stand-in of the platform.
final class UpstreamStage: Sendable {
    let store: HubStoreMemory
    let upstream: PlatformUpstream
    let metrics = HubMetrics(version: "1", now: { Clocks.now().instant })
    let lateAnswers = Told<(call: ForwardedCall, answer: PlatformAnswer)>()
    let lines = Told<String>()
    private let run: Task<Void, any Error>

    init(
        before platform: PlatformStandIn, store: HubStoreMemory = HubStoreMemory(), holder: String = "hub",
        _ change: (inout UpstreamSettings) -> Void = { _ in }
    ) async throws {
        self.store = store
        var settings = UpstreamSettings()
        settings.baseURL = platform.url
        change(&settings)
        let (lateAnswers, lines) = (lateAnswers, lines)
        let upstream = try await PlatformUpstream(
            settings, store: store, metrics: metrics, holder: holder,
            log: { level, text in lines.add("\(level) \(text())") },
            onLateAnswer: { call, answer in lateAnswers.add((call, answer)) })
        self.upstream = upstream
        run = Task { try await upstream.run() }
    }

    deinit { run.cancel() }

    /// As the hub does when it is told to end.
    func stop() async {
        run.cancel()
        _ = await run.result
    }

    /// A call that a device has just made, committed by the hub.
    func keep(_ device: String, _ request: String, _ call: PlatformCall = .cardCheck) async throws {
        try await store.keep(
            Forward(
                key(device, request, call), fields: Array(#"{"card_id":"00065537","check_mode":"1"}"#.utf8),
                received: Clocks.now().system))
        upstream.wake(device)
    }

    func check(_ device: String, _ request: String, within time: Duration = .seconds(30)) async -> UpstreamCheck {
        await upstream.check(
            ForwardedCall(key(device, request), fields: Array(#"{"card_id":"00065537","check_mode":"0"}"#.utf8)),
            until: Clocks.now().instant + time)
    }

    /// Waits until nothing waits for the platform any more.
    func drained() async throws {
        try await eventually("the queue is empty") { try await self.store.forwardCounts().waiting == 0 }
    }
}

extension HubStoreMemory {
    func keep(_ forward: Forward) async throws {
        var wanted = WantedFacts()
        wanted.forward(forward.key)
        try await transact(wanted) { $0.keep(forward) }
    }

    func all(_ state: Forward.State) async throws -> [Forward] {
        try await forwards(state, after: 0, limit: 1000, deviceID: nil)
    }
}
