import Base
import Fares
import HubDomain
import HubStore
import Synchronization
import Testing

@testable import HubServices

@Suite("The queue of devices' requests")
struct RequestQueueTests {
    private struct Failure: Error {}

    @Test("a request that fails leaves nothing behind, and what shares its commit is kept")
    func failingPart() async throws {
        let store = HubStoreMemory()
        let queue = RequestQueue(store)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    try? await queue.run({ _ in }) { facts in
                        facts.register(Device(id: "\(number)", registered: WallTime(seconds: 1)))
                        if number % 2 == 1 { throw Failure() }
                    }
                }
            }
        }
        #expect(try await store.devices(after: nil, limit: 100).count == 25)
    }

    @Test("requests that come in while others are written share the next commit")
    func batches() async throws {
        let store = HeldStore()
        let queue = RequestQueue(store)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await queue.run({ _ in }) { _ in } }
            await store.isBusy()
            for number in 0..<20 { group.addTask { try await queue.run({ $0.device("\(number)") }) { _ in } } }
            while queue.countOfWaiting < 20 { await Task.yield() }
            store.release()
            try await group.waitForAll()
        }
        #expect(store.batches == [0, 20])
    }

    @Test("one that the store never takes fails alone")
    func poison() async throws {
        let store = HeldStore()
        let queue = RequestQueue(store)
        let failed = await withTaskGroup(of: String?.self) { group in
            @Sendable func run(_ id: String) async -> String? {
                do {
                    try await queue.run({ $0.device(id) }) { _ in }
                    return nil
                } catch {
                    return id
                }
            }
            group.addTask { await run("first") }
            await store.isBusy()
            for id in ["1", "poison", "2"] { group.addTask { await run(id) } }
            while queue.countOfWaiting < 3 { await Task.yield() }
            store.release()
            return await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
        }
        #expect(failed == ["poison"])
    }
}

/// A store whose first batch waits to be released, and which takes no device "poison".
private final class HeldStore: HubStore {
    private let inner = HubStoreMemory()
    private let (releases, releasing) = AsyncStream.makeStream(of: Void.self)
    private let (starts, starting) = AsyncStream.makeStream(of: Void.self)
    private let counts = Mutex<[Int]>([])

    var batches: [Int] { counts.withLock(\.self) }
    func release() { releasing.finish() }
    func isBusy() async { for await _ in starts { return } }

    func transact<Outcome: Sendable>(
        _ wanted: WantedFacts, _ decide: @escaping @Sendable (inout StoreFacts) throws -> Outcome
    ) async throws -> Outcome {
        counts.withLock { $0.append(wanted.devices.count) }
        starting.yield()
        for await _ in releases {}
        guard !wanted.devices.contains("poison") else { throw HubStoreError(.rejected, "poison") }
        return try await inner.transact(wanted, decide)
    }

    func facts(_ wanted: WantedFacts) async throws -> StoreFacts { try await inner.facts(wanted) }
    func devices(after: String?, limit: Int) async throws -> [Device] { [] }
    func adopt(_ keys: [KeyGroup.Key], revokingFormer: Bool, at now: WallTime) async throws -> Int64 { 0 }
    func tokens(goodAt now: WallTime) async throws -> [NamedToken] { [] }
    func prune(expiredAt now: WallTime) async throws {}
    func edition(of selection: ListSelection) async throws -> ListEdition { ListEdition(selection) }
    func cards(of edition: ListEdition, after: CardNumber?, limit: Int) async throws -> CardPage {
        CardPage(entries: [], next: nil)
    }
    func mentions(of card: CardNumber) async throws -> CardMentions { CardMentions(isOnWhiteList: false, lines: []) }
    func beginGeneration(of selection: ListSelection, isReplacing: Bool, at now: WallTime) async throws -> Int64 { 0 }
    func append(_ entries: [CardListEntry], to generation: Int64, at now: WallTime) async throws -> Int { 0 }
    func adopt(generation: Int64, named name: String?, at now: WallTime) async throws -> Int64? { nil }
    func discard(generation: Int64, at now: WallTime) async throws {}
    func pruneGenerations(at now: WallTime, limit: Int) async throws -> Int { 0 }
    func records(after: RecordCursor?, limit: Int, deviceID: String?) async throws -> [StoredRecord] { [] }
    func newestNamed(until now: WallTime) async throws -> WallTime? { nil }
    func pseudonymise(
        receivedBefore time: WallTime, limit: Int, _ name: @escaping @Sendable (String) -> String
    ) async throws -> Int { 0 }
    func rename(
        after: RecordCursor?, limit: Int, _ name: @escaping @Sendable (String) -> String?
    ) async throws -> RenamedSlice? { nil }
    func prunePositions(receivedBefore time: WallTime, limit: Int) async throws -> Int { 0 }
    func setAside(after: Int64?, limit: Int, deviceID: String?) async throws -> [SetAsideRecord] { [] }
    func countsOfSetAside() async throws -> [SetAsideReason: Int] { [:] }
    func deleteSetAside(_ ids: [Int64]) async throws -> Int { 0 }
    func pruneSetAside(receivedBefore time: WallTime, limit: Int) async throws -> Int { 0 }
    func emptyLog() async throws -> Bool { true }
    func lease(_ name: String, holder: String, for time: Duration, at now: WallTime) async throws -> Bool { true }
    func endLease(_ name: String, holder: String) async throws {}
    func rows(of table: StoreTable, after key: [StoreValue]?, limit: Int) async throws -> [[StoreValue]] { [] }
    func append(_ rows: [[StoreValue]], to table: StoreTable) async throws {}
    func waitingDevices(after id: Int64) async throws -> (devices: [String], last: Int64) { ([], id) }
    func waitingForwards(of devices: [String], limit: Int, live: WallTime) async throws -> [Forward] { [] }
    func settleForwards(delivered: [Int64], changed: [Forward]) async throws {}
    func forwards(
        _ state: Forward.State, after id: Int64, limit: Int, deviceID: String?
    ) async throws -> [Forward] { [] }
    func resendForwards(_ ids: [Int64]) async throws -> Int { 0 }
    func forwardCounts() async throws -> ForwardCounts { ForwardCounts() }
    func pruneForwards(answeredBefore time: WallTime, limit: Int) async throws -> Int { 0 }
    func dropOldestPositions(limit: Int) async throws -> Int { 0 }
    func identities() async throws -> [UpstreamIdentity] { [] }
    func identityHistory(of id: String) async throws -> [UpstreamIdentity] { [] }
    func setIdentity(of deviceID: String, to upstreamID: String?, at now: WallTime) async throws {}
    func document(_ name: String) async throws -> StoredDocument? { nil }
    func documents(prefix: String, after: String?, limit: Int) async throws -> [StoredDocument] { [] }
    func keep(_ documents: [StoredDocument]) async throws {}
    func hold(generation: Int64, named name: String, at now: WallTime) async throws {}
    func heldGenerations() async throws -> [ListGeneration] { [] }
}
