import Base
import Fares
import HubDomain
import HubStore
import Testing

@testable import HubServices

@Suite("An import of cards")
struct CardImportTests {
    private let store = HubStoreMemory()
    private let now = WallTime(seconds: 1_700_000_000)

    private var cards: [CardListEntry] {
        (0..<2 * CardImport.cardsAtOnce + 5).compactMap { CardNumber(String(10_000_000 + $0)) }
            .map { CardListEntry(card: $0, isListed: true) }
    }

    private func take(_ entries: [CardListEntry], line: String? = nil, isReplacing: Bool = false) async throws {
        try await CardImport(store, clock: { [now] in now }).take(entries, line: line, isReplacing: isReplacing)
    }

    @Test("of more cards than are written at once is one list of one version")
    func slices() async throws {
        try await take(cards)
        let edition = try await store.edition(of: .cards)
        #expect(edition.version == now.seconds)
        #expect(try await store.cards(of: edition, after: nil, limit: 10_000).entries == cards)
        try await take(cards)
        #expect(try await store.edition(of: .cards) == edition, "the same again is no new version")
    }

    @Test("waits for another one of the same list, and for none of another list")
    func turns() async throws {
        #expect(try await store.lease("import line 26", holder: "another", for: .seconds(60), at: now))
        try await take(cards, line: "71")
        let waiting = Task { try await take(entries("AA"), line: "26") }
        try await store.endLease("import line 26", holder: "another")
        try await waiting.value
        #expect(try await store.edition(of: .line("26")).version > 0)
    }
}
