import Base
import HubDomain
import PlatformAPI

extension HubStoreMemory {
    // MARK: The queue

    /// Of a batch: new ones, and what became of others.
    func keep(_ forward: Forward) {
        if forward.id == 0 {
            if forwardIDs[forward.key] == nil { insert(forward) }
        } else if let former = forwardsByID[forward.id] {
            if former.state != .waiting, forward.state == .waiting {
                remove(former)
                insert(forward)
            } else {
                forwardsByID[forward.id] = forward
            }
        }
    }

    private func insert(_ forward: Forward) {
        lastForwardID += 1
        var forward = forward
        forward.id = lastForwardID
        forwardsByID[forward.id] = forward
        forwardIDs[forward.key] = forward.id
    }

    private func remove(_ forward: Forward) {
        forwardsByID[forward.id] = nil
        forwardIDs[forward.key] = nil
    }

    private func sorted(_ isWanted: (Forward) -> Bool) -> [Forward] {
        forwardsByID.values.filter(isWanted).sorted { $0.id < $1.id }
    }

    public func waitingDevices(after id: Int64) async throws -> (devices: [String], last: Int64) {
        let devices = Set(sorted { $0.state == .waiting && $0.id > id }.map(\.key.deviceID))
        return (devices.sorted { $0.isBefore($1) }, max(id, lastForwardID))
    }

    public func waitingForwards(of devices: [String], limit: Int, live: WallTime) async throws -> [Forward] {
        devices.flatMap { device in
            let waiting = sorted { $0.state == .waiting && $0.key.deviceID == device }
            let isLive = { (forward: Forward) in !forward.isBacklog && forward.received >= live }
            return (waiting.filter(isLive) + waiting.filter { !isLive($0) }).prefix(limit)
        }
    }

    public func settleForwards(delivered: [Int64], changed: [Forward]) async throws {
        for id in delivered { forwardsByID[id].map(remove) }
        for forward in changed {
            guard var kept = forwardsByID[forward.id] else { continue }
            (kept.state, kept.refusals) = (forward.state, forward.refusals)
            (kept.mayBeDouble, kept.answer) = (kept.mayBeDouble || forward.mayBeDouble, forward.answer)
            forwardsByID[forward.id] = kept
        }
    }

    public func forwards(
        _ state: Forward.State, after id: Int64, limit: Int, deviceID: String?
    ) async throws -> [Forward] {
        Array(
            sorted { $0.state == state && $0.id > id && (deviceID == nil || $0.key.deviceID == deviceID) }.prefix(limit))
    }

    public func resendForwards(_ ids: [Int64]) async throws -> Int {
        let ids = Set(ids)
        let refused = sorted { $0.state == .refused && ids.contains($0.id) }
        for var forward in refused {
            remove(forward)
            (forward.state, forward.refusals) = (.waiting, 0)
            insert(forward)
        }
        return refused.count
    }

    public func forwardCounts() async throws -> ForwardCounts {
        ForwardCounts(
            waiting: forwardsByID.values.count { $0.state == .waiting },
            refused: forwardsByID.values.count { $0.state == .refused })
    }

    public func pruneForwards(answeredBefore time: WallTime, limit: Int) async throws -> Int {
        let old = sorted { $0.state == .answered && $0.received < time }.prefix(limit)
        for forward in old { remove(forward) }
        return old.count
    }

    public func dropOldestPositions(limit: Int) async throws -> Int {
        let oldest = sorted { $0.state == .waiting && $0.key.call == .heartbeat }.prefix(limit)
        for forward in oldest { remove(forward) }
        return oldest.count
    }
}
