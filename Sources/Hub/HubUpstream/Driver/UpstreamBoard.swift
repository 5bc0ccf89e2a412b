import Base
import Fares
import HubDomain
import HubServices
import HubStore
import PlatformAPI
import Synchronization

/// What answering devices needs to know of the platform, and what they leave to be sent there: for any thread, at once.
final class UpstreamBoard: Sendable {
    private struct State: Sendable {
        var orders: [String: DeviceOrders] = [:]
        var lists: [ListSelection: ListInForce] = [:]
        var keys: [String: KeyRing] = [:]
        var correction = Duration.zero
        var isFull = false
        var heartbeats: [ForwardedCall] = []
        var woken: Set<String> = []
        var status = UpstreamStatus()

        func list(_ list: DeviceList, of deviceID: String, _ enterprise: String) -> ListInForce {
            let selection: ListSelection =
                switch list {
                case .cards: .enterpriseCards(enterpriseID: enterprise)
                case .increment: .enterpriseIncrement(enterpriseID: enterprise)
                case .line: .deviceLine(deviceID: deviceID)
                }
            return lists[selection] ?? .platformsMissing
        }
    }

    private let state = Mutex(State())

    // MARK: What devices are answered

    /// - Returns: nil when the platform never said anything about the device; else what it said, and whether that is long ago.
    func content(
        of deviceID: String, at now: WallTime
    ) -> (content: PlatformReply.HeartbeatReply.Content, isStale: Bool)? {
        state.withLock { state in
            guard let said = state.orders[deviceID] else { return nil }
            let enterprise = said.enterpriseID ?? ""
            var versions = Versions()
            for list in DeviceList.allCases { versions[list] = state.list(list, of: deviceID, enterprise).text }
            // An empty one says nothing to a box.
            versions.keys = state.keys[enterprise]?.current?.version ?? ""
            return (
                said.content(serverTime: now + state.correction, versions: versions),
                now - said.received > DeviceOrders.staleAfter
            )
        }
    }

    func orders(of deviceID: String) -> DeviceOrders? { state.withLock { $0.orders[deviceID] } }

    /// A platform that names no enterprise has one without a name.
    func enterprise(of deviceID: String) -> String? {
        state.withLock { state in state.orders[deviceID].map { $0.enterpriseID ?? "" } }
    }

    func keys(ofEnterprise id: String) -> KeyRing? { state.withLock { $0.keys[id] } }
    func version(of selection: ListSelection) -> String? { state.withLock { $0.lists[selection]?.text } }

    func list(_ list: DeviceList, of deviceID: String) -> ListInForce {
        state.withLock { state in state.list(list, of: deviceID, state.orders[deviceID]?.enterpriseID ?? "") }
    }

    var enterprises: Set<String> { state.withLock { state in Set(state.orders.values.map { $0.enterpriseID ?? "" }) } }
    var isFull: Bool { state.withLock { $0.isFull } }

    /// - Returns: whether it says something new.
    func set(_ orders: DeviceOrders, of deviceID: String) -> Bool {
        state.withLock { state in
            let isNew = state.orders.updateValue(orders, forKey: deviceID).map { !$0.saysTheSame(as: orders) } ?? true
            return isNew
        }
    }

    func set(_ edition: ListEdition) {
        let list = ListInForce(platforms: edition.versionText, version: edition.version, since: edition.since)
        state.withLock { $0.lists[edition.selection] = edition.version == 0 ? nil : list }
    }

    func set(_ keys: KeyRing, ofEnterprise id: String) { state.withLock { $0.keys[id] = keys } }
    func set(correction: Duration) { state.withLock { $0.correction = correction } }
    func set(isFull: Bool) { state.withLock { $0.isFull = isFull } }

    // MARK: What is to be sent

    /// - Returns: whether the sender is to be told: nothing waited for it.
    func leave(_ heartbeat: ForwardedCall) -> Bool {
        state.withLock { state in
            defer { state.heartbeats.append(heartbeat) }
            return state.heartbeats.isEmpty && state.woken.isEmpty
        }
    }

    func leave(woken deviceID: String) -> Bool {
        state.withLock { state in
            let isFirst = state.heartbeats.isEmpty && state.woken.isEmpty
            state.woken.insert(deviceID)
            return isFirst
        }
    }

    func collect() -> (heartbeats: [ForwardedCall], woken: Set<String>) {
        state.withLock { state in
            defer { (state.heartbeats, state.woken) = ([], []) }
            return (state.heartbeats, state.woken)
        }
    }

    // MARK: What operators see

    var status: UpstreamStatus { state.withLock { $0.status } }
    func update(_ change: (inout UpstreamStatus) -> Void) { state.withLock { change(&$0.status) } }
}
