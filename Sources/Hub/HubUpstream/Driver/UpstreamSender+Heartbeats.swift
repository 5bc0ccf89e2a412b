import Base
import HubDomain
import HubServices
import HubStore
import OperatingSystem
import PlatformAPI

/// What the platform answers to heartbeats, and heartbeats that are late.
extension UpstreamSender {
    func learn(_ reply: PlatformReply, of deviceID: String, sent: WallTime, at now: Moment) {
        guard case .heartbeat(let reply) = reply else { return }
        guard let orders = reply.orders else {
            let verdict = reply.verdict
            return notices.tell(
                .warning, .heartbeats,
                "platform refuses a heartbeat device=\(deviceID.logField): \(verdict.code) \(verdict.message.quoted)",
                at: now.instant)
        }
        if let time = orders.serverTime { learn(serverTime: time, sent: sent, at: now) }
        var said = board.orders(of: deviceID) ?? DeviceOrders(received: now.system)
        said.take(orders, at: now.system)
        if board.set(said, of: deviceID) { unsaved.insert(deviceID) }
        learn(orders.versions, of: deviceID, enterprise: said.enterpriseID ?? "", at: now)
    }

    private func learn(serverTime: WallTime, sent: WallTime, at now: Moment) {
        clock.learn(serverTime, sent: sent, received: now.system)
        board.set(correction: clock.correction)
        let offset = clock.offset
        board.update { $0.clockOffset = offset }
        guard !clock.isBelieved, let offset else { return }
        notices.tell(
            .error, .clock,
            "the platform's clock is \(offset.wholeSeconds) s ahead of this hub's: boxes are told the hub's; set the clock that is wrong",
            at: now.instant)
    }

    /// A heartbeat that is not sent fresh any more: where the platform was away it goes up late, if it is to.
    func keepIfLate(_ heartbeat: ForwardedCall) {
        guard settings.latePositions == .send, schedule.outage.isAway else { return }
        latePositions.add(heartbeat, at: Clocks.now().instant)
    }

    /// Keeps them in the store, a batch at a time.
    func saveLatePositions(at now: WallTime) async {
        while !latePositions.waiting.isEmpty {
            let batch = Array(latePositions.waiting.prefix(Self.positionsAtOnce))
            var wanted = WantedFacts()
            for heartbeat in batch { wanted.forward(heartbeat.key) }
            do {
                try await store.transact(wanted) { facts in
                    for heartbeat in batch where facts.forward(heartbeat.key) == nil {
                        facts.keep(Forward(heartbeat.key, fields: heartbeat.fields, received: now, isBacklog: true))
                    }
                }
                latePositions.stored(batch.count)
            } catch {
                complain(error)
                metrics.droppedPositions.add(latePositions.notStored())
                return
            }
        }
    }

    /// In one transaction.
    private static let positionsAtOnce = 500

    /// Keeps what the platform said that it had not said before.
    func saveOrders(at now: WallTime) async {
        while !unsaved.isEmpty {
            let ids = Array(unsaved.prefix(Self.documentsAtOnce))
            let documents = ids.compactMap { id in
                board.orders(of: id).map {
                    StoredDocument(
                        name: UpstreamDocument.heartbeatReply(deviceID: id).name, body: $0.json, changed: now)
                }
            }
            unsaved.subtract(ids)
            do {
                try await forwards.keep(documents)
            } catch {
                unsaved.formUnion(ids)
                return complain(error)
            }
        }
    }

    private static let documentsAtOnce = 500
}
