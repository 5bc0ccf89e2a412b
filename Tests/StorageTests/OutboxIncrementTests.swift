import Fares
import Storage
import TestSupport
import Testing
import ValidatorCore

@Suite("Increments of a list")
struct OutboxIncrementTests {
    let folder = TemporaryFolder()

    private func snapshot(version: String) throws -> SnapshotID {
        try ListSnapshot.write(HeldList(version: version, adopted: nil, cards: CardList()), kind: .cards, folder: folder.path)
    }

    private func entries(_ numbers: ClosedRange<Int>, isListed: Bool = true) -> [CardListEntry] {
        numbers.map { CardListEntry(card: CardNumber("00A\($0)")!, isListed: isListed) }
    }

    @Test("are kept over their snapshot across a restart, the latest word on each card")
    func kept() throws {
        let base = try snapshot(version: "1")
        do {
            var outbox = try folder.openOutbox()
            #expect(try outbox.saveIncrement(.cards, over: base, entries: entries(1...3), version: "a1", adopted: nil))
            #expect(
                try outbox.saveIncrement(
                    .cards, over: base, entries: entries(3...4, isListed: false), version: "a2", adopted: someTime))
            try outbox.checkBooks()
        }
        let outbox = try folder.openOutbox()
        let saved = try outbox.increments(.cards, over: base)
        let found = try #require(saved)
        #expect(Set(found.entries) == Set(entries(1...2) + entries(3...4, isListed: false)))
        #expect(found.version == "a2" && found.adopted == someTime)
        #expect(try outbox.increments(.line, over: base) == nil)
        try outbox.checkBooks()
    }

    @Test("belong to one snapshot: over another they are neither applied nor kept")
    func otherSnapshot() throws {
        let first = try snapshot(version: "1")
        let second = try snapshot(version: "2")
        var outbox = try folder.openOutbox()
        #expect(try outbox.saveIncrement(.cards, over: first, entries: entries(1...3), version: "a1", adopted: nil))
        #expect(try outbox.increments(.cards, over: second) == nil)
        #expect(try outbox.saveIncrement(.cards, over: second, entries: entries(9...9), version: "b1", adopted: nil))
        #expect(try outbox.increments(.cards, over: second)?.entries == entries(9...9))
        #expect(try outbox.increments(.cards, over: first) == nil)
        try outbox.checkBooks()
    }

    @Test("are declined as rows when they are too many, or there is no snapshot under them")
    func bounds() throws {
        let base = try snapshot(version: "1")
        var outbox = try folder.openOutbox()
        #expect(try !outbox.saveIncrement(.cards, over: nil, entries: entries(1...1), version: "a0", adopted: nil))
        #expect(try !outbox.saveIncrement(.cards, over: base, entries: entries(1...31), version: "a1", adopted: nil))
        #expect(try outbox.saveIncrement(.cards, over: base, entries: entries(1...30), version: "a1", adopted: nil))
        #expect(try !outbox.saveIncrement(.cards, over: base, entries: entries(31...60), version: "a2", adopted: nil))
        #expect(try outbox.increments(.cards, over: base)?.version == "a1")
        try outbox.checkBooks()
    }
}
