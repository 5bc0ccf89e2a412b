import Base
import Fares
import HubDomain
import HubStore

/// Takes cards into a list, slice by slice beside the one in force, so that no rider waits for it.
public struct CardImport: Sendable {
    /// Cards that are written in one transaction.
    public static let cardsAtOnce = 500
    /// After each of them, in which others come to write.
    private static let pause = Duration.milliseconds(5)
    /// How long an import may stand still before another one of the same list may begin.
    private static let leaseTime = Duration.seconds(60)
    /// How long it is waited for another import of the same list.
    private static let patience = 100
    private static let look = Duration.milliseconds(100)

    let store: any HubStore
    let clock: @Sendable () -> WallTime

    /// - Parameter clock: tells the time, which goes on during an import.
    public init(_ store: any HubStore, clock: @escaping @Sendable () -> WallTime) {
        (self.store, self.clock) = (store, clock)
    }

    /// Takes `entries` into a line's list or, without a line, into the white list, or in its place. A list that replaces, and the first one,
    /// are full lists of a new version; any other is an increment. Of the white list that is a new version only where something changes.
    ///
    /// - Parameter entries: each card once, best in the order of their digits.
    /// - Throws: `HubStoreError`, when nothing has changed; of kind `unavailable` while another import of the list goes on.
    public func take(
        _ entries: some Sequence<CardListEntry> & Sendable, line: String?, isReplacing: Bool
    ) async throws {
        var random = SystemRandomNumberGenerator()
        let holder = UniqueID.version7(at: clock(), using: &random).description
        let lease = "import " + (line.map { "line \($0)" } ?? "cards")
        try await begin(lease, holder)
        do {
            try await load(entries, line: line, isReplacing: isReplacing, lease, holder)
        } catch {
            try? await store.endLease(lease, holder: holder)
            throw error
        }
        try await store.endLease(lease, holder: holder)
    }

    private func begin(_ lease: String, _ holder: String) async throws {
        for _ in 0..<Self.patience {
            if try await keep(lease, holder) { return }
            try await Task.sleep(for: Self.look)
        }
        throw HubStoreError(
            .unavailable, "another import of this list goes on",
            nextStep: "wait for it; if it was broken off, for \(Self.leaseTime.components.seconds) s")
    }

    private func keep(_ lease: String, _ holder: String) async throws -> Bool {
        try await store.lease(lease, holder: holder, for: Self.leaseTime, at: clock())
    }

    private func load(
        _ entries: some Sequence<CardListEntry>, line: String?, isReplacing: Bool, _ lease: String, _ holder: String
    ) async throws {
        let generation = try await store.beginGeneration(
            of: line.map { .line($0) } ?? .cards, isReplacing: isReplacing, at: clock())
        do {
            var rest = entries.makeIterator()
            var slice = Self.slice(&rest)
            while !slice.isEmpty {
                _ = try await store.append(slice, to: generation, at: clock())
                slice = Self.slice(&rest)
                guard !slice.isEmpty else { break }
                try await Task.sleep(for: Self.pause)
                guard try await keep(lease, holder) else { throw HubStoreError.notLoading(generation) }
            }
            _ = try await store.adopt(generation: generation, at: clock())
        } catch {
            try? await store.discard(generation: generation, at: clock())
            throw error
        }
    }

    private static func slice(_ rest: inout some IteratorProtocol<CardListEntry>) -> [CardListEntry] {
        var slice: [CardListEntry] = []
        while slice.count < cardsAtOnce, let entry = rest.next() { slice.append(entry) }
        return slice
    }
}
