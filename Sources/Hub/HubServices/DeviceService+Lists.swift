import Base
import HubDomain
import HubStore
import PlatformAPI

/// Which lists devices are told of, and which they have fetched.
extension DeviceService {
    /// The versions of lists that a heartbeat is answered with. Of which list the device is told for the first time is kept.
    /// - Parameter list: what is in force of each.
    func announce(
        to deviceID: String, _ list: (DeviceList) -> ListInForce, in facts: inout StoreFacts, at now: WallTime
    ) -> Versions {
        // As this heartbeat has it.
        guard let device = facts.device(deviceID) else { preconditionFailure("a heartbeat of a device that is not registered") }
        let versions = policy.announcement.versions(for: device, inForce: list, at: now)
        let news = DeviceList.allCases.filter { name in
            let version = list(name).version
            return version > 0 && versions[name] == list(name).text && device.lists[name].told?.version != version
        }
        if !news.isEmpty {
            facts.change(deviceID, .lists) { device in
                for name in news { device.lists[name].told = ListProgress.Step(version: list(name).version, time: now) }
            }
        }
        return versions
    }

    /// Keeps that a device has downloaded a list; 0 is an empty one that nobody loaded.
    public func noteFetched(
        _ list: DeviceList, _ version: Int64, by deviceID: String, _ queue: RequestQueue, at now: WallTime
    ) async throws {
        guard version > 0 else { return }
        try await queue.run({ $0.device(deviceID) }) { facts in
            facts.change(deviceID, .lists) { device in
                device.lists[list].fetched = ListProgress.Step(version: version, time: now)
            }
        }
    }
}
