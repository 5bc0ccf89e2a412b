import Base
import Fares
import HubDomain
import PlatformAPI
import Synchronization

@testable import HubServices

/// A platform behind the hub that says what a test has told it to, and writes down what it is handed.
final class ScriptedUpstream: Upstream {
    struct State {
        var check = UpstreamCheck.away("nobody is there")
        var orders: PlatformReply.HeartbeatReply.Content?
        var firstOrders: PlatformReply.HeartbeatReply.Content?
        var keys: KeyRing?
        var enterprise: String?
        var isFull = false
        /// Since when the lists of `orders` are in force.
        var listsSince = WallTime(seconds: 0)
        var checked: [ForwardedCall] = []
        var deadlines: [Instant] = []
        var reported: [ForwardedCall] = []
        var woken: [String] = []
    }

    private let state = Mutex(State())

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
    subscript<Value: Sendable>(path: KeyPath<State, Value> & Sendable) -> Value { state.withLock { $0[keyPath: path] } }

    func check(_ call: ForwardedCall, until deadline: Instant) async -> UpstreamCheck {
        state.withLock {
            $0.checked.append(call)
            $0.deadlines.append(deadline)
            return $0.check
        }
    }

    func orders(of deviceID: String, at now: WallTime) -> PlatformReply.HeartbeatReply.Content? {
        state.withLock { state in
            state.orders?.serverTime = now
            return state.orders
        }
    }

    func list(_ list: DeviceList, of deviceID: String) -> ListInForce {
        guard let name = self[\.orders]?.versions[list], !name.isEmpty else { return .platformsMissing }
        return ListInForce(platforms: name, version: 1, since: self[\.listsSince])
    }

    func report(_ heartbeat: ForwardedCall, at now: WallTime) { state.withLock { $0.reported.append(heartbeat) } }

    func firstOrders(_ heartbeat: ForwardedCall, until deadline: Instant) async -> PlatformReply.HeartbeatReply.Content? {
        state.withLock {
            $0.reported.append(heartbeat)
            return $0.firstOrders
        }
    }

    func keys(of deviceID: String) -> KeyRing? { self[\.keys] }
    func enterprise(of deviceID: String) -> String? { self[\.enterprise] }
    func wake(_ deviceID: String) { state.withLock { $0.woken.append(deviceID) } }
    var isFull: Bool { self[\.isFull] }
}
