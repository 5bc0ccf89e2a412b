import Base
import Fares
import HubDomain
import HubStore
import PlatformAPI

/// What operators do about the records that were put aside.
public struct SetAsideDesk: Sendable {
    /// What became of them.
    public struct Retried: Hashable, Sendable {
        public var settled = 0
        public var kept: [SetAsideReason: Int] = [:]
    }

    /// Records that are settled in one transaction, so that no rider waits for all of them.
    static let recordsAtOnce = 100

    let store: any HubStore

    public init(_ store: any HubStore) {
        self.store = store
    }

    /// Runs them through what happens to each record that comes in, of one device or of all. Those that can be settled now are, once, and are
    /// aside no longer, however many do this at the same time; the others stay, each with its present reason.
    /// - Parameter devices: settles them. What it would have told of them as they came in is told now.
    public func retry(deviceID: String?, by devices: DeviceService) async throws -> Retried {
        var (total, last) = (Retried(), Int64?.none)
        while true {
            let page = try await store.setAside(after: last, limit: Self.recordsAtOnce, deviceID: deviceID)
            guard let end = page.last else { return total }
            let outcome = try await retry(page, by: devices)
            total.settled += outcome.settled
            total.kept.merge(outcome.kept, uniquingKeysWith: +)
            last = end.id
        }
    }

    private func retry(_ page: [SetAsideRecord], by devices: DeviceService) async throws -> Retried {
        // Nil: of a release that kept something else.
        let pending = page.map { record in
            (try? DeviceRequest(call: record.key.call, kept: record.body)).map { devices.prepare($0, at: record.received) }
        }
        var wanted = WantedFacts()
        for (record, pending) in zip(page, pending) {
            wanted.setAside(record.key)
            guard let pending, let id = pending.deviceID else { continue }
            wanted.device(id)
            pending.tap?.want(&wanted, of: id)
            if let call = pending.forwarded { wanted.forward(call.key) }
        }
        return try await store.transact(wanted) { facts in
            var (outcome, notes) = (Retried(), [DeviceOutcome.Note]())
            for (record, pending) in zip(page, pending) {
                // Somebody else may have settled or deleted it meanwhile.
                guard var present = facts.setAside(record.key) else { continue }
                let reason: SetAsideReason? =
                    if let pending { devices.settle(present, pending, in: &facts, &notes) } else { present.reason }
                guard let reason else {
                    facts.removeSetAside(record.key)
                    outcome.settled += 1
                    continue
                }
                outcome.kept[reason, default: 0] += 1
                guard reason != present.reason else { continue }
                present.reason = reason
                facts.setAside(present)
            }
            return outcome
        }
    }

    /// Gives records up.
    /// - Returns: how many of them there were.
    public func delete(_ ids: [Int64]) async throws -> Int { try await store.deleteSetAside(ids) }

    /// Deletes those that show a card: what cannot be read can be given no pseudonym.
    /// - Returns: how many.
    public func forget(_ card: CardNumber, _ pseudonyms: Pseudonyms) async throws -> Int {
        var (count, last) = (0, Int64?.none)
        while true {
            let page = try await store.setAside(after: last, limit: Self.recordsAtOnce, deviceID: nil)
            guard let end = page.last else { return count }
            let ids = page.filter { $0.shows(card, pseudonyms) }.map(\.id)
            if !ids.isEmpty { count += try await store.deleteSetAside(ids) }
            last = end.id
        }
    }
}

extension SetAsideRecord {
    func shows(_ card: CardNumber, _ pseudonyms: Pseudonyms) -> Bool {
        let values = (try? DeviceRequest(call: key.call, kept: body))?.tellingValues ?? [body]
        return values.contains { pseudonyms.mentions(card, in: Subject.ticket($0).text) }
    }

    /// The card or ticket as it was sent, as a listing shows it; nil where a body has none.
    public var listedSubject: String? {
        guard let sent = (try? DeviceRequest(call: key.call, kept: body))?.presented else { return nil }
        return TapRecord.listed(Subject.ticket(sent).text)
    }
}
