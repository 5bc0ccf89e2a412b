import Base
import Fares
import HubDomain
import HubStore
import Testing

extension StoreClause {
    static let lists = [
        StoreClause("the first load is a full list; later ones are increments, of which the newest counts") {
            store async throws in
            try await store.register("V")
            #expect(try await store.edition(of: .cards) == ListEdition(.cards))
            let full = try await store.load(entries(0..<5), entries(5..<10))
            let first = try await store.load(entries([2, 3], isListed: false) + entries([20]), at: now + .seconds(5))
            let second = try await store.load(entries([3]) + entries([4], isListed: false), at: now + .seconds(9))
            #expect(try await store.edition(of: .cards).version == full)
            #expect(try await store.edition(of: .cardIncrement).version == second)
            #expect([full, first, second] == [0, 5, 9].map { now.seconds + $0 })
            let expected = entries([0, 1]) + entries([2], isListed: false) + entries([3]) + entries([4], isListed: false)
            #expect(try await store.list(.cards) == expected + entries([5, 6, 7, 8, 9, 20]))
            #expect(
                try await store.list(.cardIncrement)
                    == entries([2], isListed: false) + entries([3]) + entries([4], isListed: false) + entries([20]))
            let onList = CardStanding(isBlocked: false, isOnWhiteList: true, isOnLineList: false)
            let blocked = CardStanding(isBlocked: true, isOnWhiteList: false, isOnLineList: false)
            #expect(try await store.standing(3) == onList)
            #expect(try await store.standing(4) == blocked)
            #expect(try await store.standing(20) == onList)
            #expect(try await store.standing(99) == CardStanding(isBlocked: false, isOnWhiteList: false, isOnLineList: false))
            let versions = try await store.versions()
            #expect(versions.cards == full && versions.cardIncrement == second)
        },
        StoreClause("an increment that changes nothing is no new version, and keeps no card") { store async throws in
            try await store.load(entries(0..<5))
            let generation = try await store.beginGeneration(of: .cards, isReplacing: false, at: now)
            #expect(try await store.append(entries(1..<4), to: generation, at: now) == 0)
            #expect(try await store.adopt(generation: generation, at: now) == nil)
            #expect(try await store.edition(of: .cardIncrement).version == 0)
        },
        StoreClause("a full list takes the place of all before it, an empty one too") { store async throws in
            try await store.load(entries(0..<5))
            try await store.load(entries([7]))
            let version = try await store.load(entries([1]), replacing: true)
            #expect(try await store.list(.cards) == entries([1]))
            #expect(try await store.edition(of: .cards).version == version)
            #expect(try await store.edition(of: .cardIncrement) == ListEdition(.cardIncrement))
            try await store.load(replacing: true)
            #expect(try await store.list(.cards).isEmpty)
            #expect(try await store.edition(of: .cards).version > version ?? 0)
        },
        StoreClause("each load of a line is a new version, and lines and the white list know nothing of each other") {
            store async throws in
            try await store.register("V", line: "26")
            try await store.load(entries(0..<3))
            let first = try await store.load(entries([1, 2]), line: "26")
            let same = try await store.load(entries([1, 2]), line: "26")
            let sameAgain = try await store.load(entries([1, 2]), line: "26")
            try await store.load(entries([3]), line: "71")
            let versions = [first, same, sameAgain].compactMap(\.self)
            #expect(versions.count == 3 && versions == versions.sorted() && Set(versions).count == 3)
            #expect(try await store.edition(of: .line("26")).version == sameAgain)
            #expect(try await store.versions().lines == ["26": sameAgain])
            try await store.load(entries([2], isListed: false) + entries([5]), line: "26")
            #expect(try await store.list(.line("26")) == entries([1]) + entries([2], isListed: false) + entries([5]))
            #expect(try await store.standing(1, line: "26").isOnLineList)
            #expect(try await !store.standing(2, line: "26").isOnLineList)
            #expect(try await !store.standing(5, line: "26").isOnWhiteList)
            try await store.load(entries([9]), line: "26", replacing: true)
            #expect(try await store.list(.line("26")) == entries([9]))
            #expect(try await store.list(.line("71")) == entries([3]))
            #expect(try await store.list(.cards) == entries(0..<3))
            #expect(try await store.edition(of: .line(nil)) == ListEdition(.line(nil)))
            #expect(try await store.edition(of: .line("none")).version == 0)
            #expect(try await store.mentions(of: card(3)) == CardMentions(isOnWhiteList: false, lines: ["71"]))
            #expect(try await store.mentions(of: card(1)) == CardMentions(isOnWhiteList: true, lines: []))
        },
        StoreClause("nobody sees a list that is being loaded, and one that is given up is gone") { store async throws in
            try await store.register("V")
            try await store.load(entries(0..<3))
            let generation = try await store.beginGeneration(of: .cards, isReplacing: true, at: now)
            _ = try await store.append(entries([9]), to: generation, at: now)
            #expect(try await store.list(.cards) == entries(0..<3))
            #expect(try await !store.standing(9).isOnWhiteList)
            try await store.discard(generation: generation, at: now)
            await #expect(throws: HubStoreError.self) { try await store.append(entries([8]), to: generation, at: now) }
            await #expect(throws: HubStoreError.self) { try await store.adopt(generation: generation, at: now) }
            await #expect(throws: HubStoreError.self) { try await store.adopt(generation: 12345, at: now) }
            #expect(try await store.list(.cards) == entries(0..<3))
        },
        StoreClause("who has begun to read an edition reads it to its end, though another takes its place") {
            store async throws in
            try await store.load(entries(0..<20))
            let edition = try await store.edition(of: .cards)
            let first = try await store.cards(of: edition, after: nil, limit: 5)
            try await store.load(entries(100..<110), replacing: true)
            while try await store.pruneGenerations(at: now + .seconds(500), limit: 100) == 100 {}
            var rest: [CardListEntry] = []
            var after = first.next
            while let last = after {
                let page = try await store.cards(of: edition, after: last, limit: 5)
                rest += page.entries
                after = page.next
            }
            #expect(first.entries + rest == entries(0..<20))
        },
        StoreClause("what is read no longer is deleted in slices, and what is in force is not") { store async throws in
            try await store.load(entries(0..<5))
            try await store.load(entries(10..<15))
            try await store.load(entries(20..<25), replacing: true)
            let abandoned = try await store.beginGeneration(of: .line("26"), isReplacing: false, at: now)
            _ = try await store.append(entries([1]), to: abandoned, at: now)
            let later = now + ListEdition.readableTime + .seconds(1)
            #expect(try await store.pruneGenerations(at: now, limit: 4) == 0)
            #expect(try await store.pruneGenerations(at: later, limit: 4) == 4)
            #expect(try await store.rows(of: .cards, after: nil, limit: 100).count == 12)
            while try await store.pruneGenerations(at: later, limit: 4) == 4 {}
            #expect(try await store.rows(of: .cards, after: nil, limit: 100).count == 6)
            while try await store.pruneGenerations(at: now + ListEdition.loadingTime + .seconds(1), limit: 4) == 4 {}
            #expect(try await store.rows(of: .cards, after: nil, limit: 100).count == 5)
            #expect(try await store.list(.cards) == entries(20..<25))
            await #expect(throws: HubStoreError.self) { try await store.adopt(generation: abandoned, at: now) }
        },
        StoreClause("riders are checked while a list is loaded beside the one in force") { store async throws in
            try await store.register("V")
            try await store.load(entries(0..<10))
            let loading = Task {
                let generation = try await store.beginGeneration(of: .cards, isReplacing: true, at: now)
                for slice in 0..<20 {
                    _ = try await store.append(entries(slice * 500..<(slice + 1) * 500), to: generation, at: now)
                }
                return try await store.adopt(generation: generation, at: now)
            }
            for number in 0..<50 {
                #expect(try await store.standing(number % 10).isOnWhiteList)
                try await store.settle([logRecord("\(number)")])
            }
            #expect(try await loading.value != nil)
            #expect(try await store.list(.cards, pages: 1000).count == 10_000)
            #expect(try await store.allRecords().count == 50)
        },
    ]
}
