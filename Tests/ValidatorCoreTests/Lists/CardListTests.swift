import Testing

@testable import Base
@testable import Fares

@Suite("Card lists")
struct CardListTests {
    private func entry(_ number: String, _ isListed: Bool) -> CardListEntry {
        CardListEntry(card: CardNumber(number)!, isListed: isListed)
    }

    private func build(_ entries: [CardListEntry], on base: CardList? = nil, unlisted: UnlistedMeaning = .blocked, rows: Int = 3)
        -> CardList
    {
        var builder = CardListBuilder(unlisted: unlisted)
        for entry in entries { builder.append(entry) }
        var build = builder.build(on: base)
        while true {
            if let list = build.step(rows: rows) { return list }
        }
    }

    @Test("flag 1 is listed, flag 0 is blocked, the last row about a card counts")
    func flags() {
        let list = build([
            entry("01", true), entry("02", false), entry("03", true), entry("03", false), entry("04", false), entry("04", true),
        ])
        #expect(list.white.contains(CardNumber("01")!) && list.blocked.contains(CardNumber("02")!))
        #expect(list.blocked.contains(CardNumber("03")!) && !list.white.contains(CardNumber("03")!))
        #expect(list.white.contains(CardNumber("04")!) && !list.blocked.contains(CardNumber("04")!))
    }

    @Test("where flag 0 only takes off, nothing is blocked")
    func removed() {
        let list = build([entry("01", true), entry("01", false)], unlisted: .removed)
        #expect(list.count == 0)
    }

    @Test("an increment leaves the list that it is built on untouched")
    func untouched() {
        let base = build([entry("01", true)])
        let next = build([entry("01", false), entry("02", true)], on: base)
        #expect(base.white.contains(CardNumber("01")!) && base.count == 1)
        #expect(next.blocked.contains(CardNumber("01")!) && next.white.contains(CardNumber("02")!) && next.count == 2)
    }

    @Test("agree with a plain dictionary through thousands of random increments, short and long numbers mixed")
    func model() {
        var random = SeededGenerator(seed: 42)
        var model: [CardNumber: Bool] = [:]
        var list = CardList()
        for _ in 0..<60 {
            let entries = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                // Few different numbers, so that upserts and removals really meet.
                let text = String(Int.random(in: 0...400, using: &random))
                let padding = String(repeating: "0", count: Bool.random(using: &random) ? 4 : 20)
                return entry(padding + text, Bool.random(using: &random))
            }
            // Rows about short numbers are applied before those about long ones; each kind keeps its order.
            for entry in entries { model[entry.card] = entry.isListed }
            list = build(entries, on: list, rows: Int.random(in: 1...50, using: &random))
            #expect(list.count == model.count)
            for (card, isListed) in model {
                #expect(list.white.contains(card) == isListed)
                #expect(list.blocked.contains(card) == !isListed)
            }
        }
    }

    @Test("survive as images, and what cannot be an image is refused")
    func image() throws {
        let list = build((0..<1000).map { entry(String($0 + 1000), true) } + [entry("12345678901234567890", true)])
        let image = list.white.image
        let copy = try #require(CardSet(short: image.short, long: image.long))
        #expect(copy.count == 1001 && copy.contains(CardNumber("1999")!) && copy.contains(CardNumber("12345678901234567890")!))
        #expect(!copy.contains(CardNumber("2000")!))
        #expect(CardSet(short: [1, 2, 3], long: []) == nil, "a table without a free slot at its end would be searched beyond it")
        #expect(CardSet(short: [9, 2, 3, 0], long: []) == nil, "a table with more homes than slots")
    }

    @Test("take at most 12 bytes a card")
    func bytesPerCard() {
        for count in [1000, 100_000] {
            let set = CardSet(shortCapacity: count)
            #expect(set.image.short.count * 8 <= count * 12)
        }
    }

    @Test("a table's memory is laid out for exactly the members that it is meant for, whatever their number")
    func layout() {
        for capacity in (1...3000) {
            let set = FlatSet<UInt64>(capacity: capacity)
            #expect(set.hasRoom(for: capacity) && Int(set.slots[0]) == capacity * 10 / 7 + 1)
        }
    }

    @Test("removing never hides a card that shares its search path")
    func removal() {
        var random = SeededGenerator(seed: 3)
        var set = FlatSet<UInt64>(capacity: 64)
        var model: Set<UInt64> = []
        // So few homes that members push each other on, past the last one too.
        for _ in 0..<20_000 {
            let key = UInt64.random(in: 1...100, using: &random)
            if Bool.random(using: &random), set.hasRoom(for: 1) || model.contains(key) {
                #expect(set.insert(key) == model.insert(key).inserted)
            } else {
                #expect(set.remove(key) == (model.remove(key) != nil))
            }
            #expect(set.count == model.count)
        }
        for key in 1...100 as ClosedRange<UInt64> { #expect(set.contains(key) == model.contains(key)) }
    }
}
