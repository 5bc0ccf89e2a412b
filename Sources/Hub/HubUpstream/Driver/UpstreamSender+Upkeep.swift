import Base
import Fares
import HubDomain
import HubStore
import OperatingSystem

/// What is done each second.
extension UpstreamSender {
    private static let lease = "upstream"
    private static let leaseTime = Duration.seconds(10)
    private static let leaseRenewal = Duration.seconds(3)
    /// What operators and other hubs change is looked at so often.
    private static let lookInterval = Duration.seconds(5)
    /// Positions deleted in one transaction.
    private static let positionsAtOnce = 1000

    /// Reads what outlived the last run.
    func load() async throws {
        try await loadDocuments(UpstreamDocument.heartbeatReply(deviceID: "").name) { [board] document, id in
            guard let orders = DeviceOrders(json: document.body, received: document.changed) else { return }
            _ = board.set(orders, of: id)
        }
        try await loadDocuments(UpstreamDocument.keys(enterpriseID: "").name) { [board] document, id in
            guard let ring = KeyRing(json: document.body) else { return }
            board.set(ring, ofEnterprise: id)
        }
        try await look()
    }

    private func loadDocuments(_ prefix: String, _ body: (StoredDocument, _ id: String) -> Void) async throws {
        var last: String?
        while true {
            let page = try await forwards.documents(prefix: prefix, after: last, limit: 1000)
            for document in page { body(document, String(document.name.dropFirst(prefix.count))) }
            guard let end = page.last, page.count == 1000 else { return }
            last = end.name
        }
    }

    /// One second's work.
    func beat() async {
        let now = Clocks.now()
        await holdLease(at: now)
        if leaseEnd.map({ now.instant < $0 }) ?? false { await findWaiting() }
        await saveOrders(at: now.system)
        await saveLatePositions(at: now.system)
        if lastLook.map({ now.instant - $0 >= Self.lookInterval }) ?? true {
            do { try await look() } catch { complain(error) }
        }
        notices.elapsed(at: now.instant)
        tellStatus(at: now.instant)
        fetchLists()
        talkToStore()
        pump()
    }

    private func holdLease(at now: Moment) async {
        if let leaseEnd, leaseEnd - now.instant > Self.leaseTime - Self.leaseRenewal { return }
        do {
            let isHeld = try await forwardsLease(at: now.system)
            let wasHeld = leaseEnd != nil
            leaseEnd = isHeld ? now.instant + Self.leaseTime : nil
            if isHeld, !wasHeld { lastSeen = 0 }
        } catch {
            complain(error)
        }
    }

    private func forwardsLease(at now: WallTime) async throws -> Bool {
        try await store.lease(Self.lease, holder: holder, for: Self.leaseTime, at: now)
    }

    /// Another hub goes on at once.
    func endLease() async {
        guard leaseEnd != nil else { return }
        leaseEnd = nil
        try? await store.endLease(Self.lease, holder: holder)
    }

    private func findWaiting() async {
        do {
            let found = try await forwards.waitingDevices(after: lastSeen)
            lastSeen = found.last
            for id in found.devices { schedule.queue.found([id]) }
        } catch {
            complain(error)
        }
    }

    /// What operators and other hubs may have changed.
    private func look() async throws {
        let now = Clocks.now()
        lastLook = now.instant
        identities = IdentityMap(try await forwards.identities())
        let counts = try await forwards.forwardCounts()
        board.set(isFull: counts.waiting >= settings.maximumWaiting)
        board.update { ($0.waiting, $0.refused) = (counts.waiting, counts.refused) }
        try await lookAtLists()
        guard counts.waiting > settings.maximumWaiting / 5 * 4 else { return }
        notices.tell(
            .error, .space,
            """
            \(counts.waiting) calls wait for the platform, of upstream.max_waiting \(settings.maximumWaiting): at that number boxes are \
            answered 503
            """, at: now.instant)
        try await dropPositions(counts.waiting - settings.maximumWaiting / 5 * 4)
    }

    /// Makes room for records, as far as positions take it.
    private func dropPositions(_ excess: Int) async throws {
        var rest = excess
        while rest > 0 {
            let count = try await forwards.dropOldestPositions(limit: min(rest, Self.positionsAtOnce))
            guard count > 0 else { return }
            metrics.droppedPositions.add(count)
            rest -= count
        }
    }

    private func tellStatus(at now: Instant) {
        let (underWay, waiting) = (schedule.underWayCount + checks.count, schedule.heartbeats.waitingCount)
        let (isAway, isOpen) = (schedule.outage.isAway, !breaker.isClosed(at: now))
        let isSender = leaseEnd != nil
        board.update { status in
            (status.underWay, status.heartbeatsWaiting, status.isAway) = (underWay, waiting, isAway)
            (status.isBreakerOpen, status.isSender) = (isOpen, isSender)
        }
    }
}
