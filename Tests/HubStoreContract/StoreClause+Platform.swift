import Base
import Fares
import HubDomain
import HubStore
import Testing

extension StoreClause {
    private static let cards = ListSelection.enterpriseCards(enterpriseID: "E")
    private static let increment = ListSelection.enterpriseIncrement(enterpriseID: "E")

    static let platform = [
        StoreClause("the platform's lists have its names for their versions, and are apart from the hub's own and each other") {
            store async throws in
            #expect(try await store.edition(of: cards) == ListEdition(cards))
            try await store.load(entries(0..<3))
            try await store.load(entries(5..<8), of: cards, named: "20260803-1")
            try await store.load(entries([1]), of: .enterpriseCards(enterpriseID: "F"), named: "x")
            try await store.load(entries([2]), of: .deviceLine(deviceID: "E"), named: "")
            #expect(try await store.edition(of: cards).versionText == "20260803-1")
            #expect(try await store.list(cards) == entries(5..<8))
            #expect(try await store.list(.enterpriseCards(enterpriseID: "F")) == entries([1]))
            #expect(try await store.list(.deviceLine(deviceID: "E")) == entries([2]))
            #expect(try await store.list(.cards) == entries(0..<3))
            #expect(try await store.edition(of: .cards).versionText == "\(now.seconds)")
            #expect(try await store.edition(of: increment).generations.isEmpty)
            let mentions = try await store.mentions(of: card(1))
            #expect(mentions == CardMentions(isOnWhiteList: true, lines: [], isOnPlatformList: true))
            #expect(try await store.mentions(of: card(0)).isOnPlatformList == false)
        },
        StoreClause("a named increment is adopted though it changes nothing, is never a full list, and ends with the next one") {
            store async throws in
            try await store.load([], of: increment, named: "early")
            #expect(try await store.edition(of: cards).version == 0)
            try await store.load(entries(0..<3), of: cards, named: "1")
            try await store.load(entries([1]), of: increment, named: "2")
            #expect(try await store.edition(of: increment).versionText == "2")
            #expect(try await store.list(increment).isEmpty)
            try await store.load(entries([1], isListed: false) + entries([9]), of: increment, named: "3")
            #expect(try await store.edition(of: increment).versionText == "3")
            #expect(try await store.list(increment) == entries([1], isListed: false) + entries([9]))
            #expect(try await store.list(cards) == entries([0]) + entries([1], isListed: false) + entries([2, 9]))
            #expect(try await store.edition(of: cards).versionText == "1")
            try await store.load(entries(0..<3), of: cards, named: "4")
            #expect(try await store.edition(of: increment).version == 0)
            let own = try await store.begin([], of: .cards)
            try await store.adopt(generation: own, at: now)
            let named = try await store.begin([], of: .cardIncrement, replacing: false)
            #expect(try await store.adopt(generation: named, named: "n", at: now) != nil)
        },
        StoreClause("cards are found on whatever list is asked for") { store async throws in
            try await store.load(entries(0..<3), of: cards, named: "1")
            try await store.load(entries([1], isListed: false) + entries([4]), of: increment, named: "2")
            try await store.load(entries([2]), of: .deviceLine(deviceID: "V"), named: "3")
            try await store.load(entries([7]))
            _ = try await store.begin([entries([8])], of: cards)
            var wanted = WantedFacts()
            for number in 0..<9 {
                wanted.flag(of: card(number), on: cards)
                wanted.flag(of: card(number), on: .deviceLine(deviceID: "V"))
            }
            wanted.flag(of: card(7), on: .cards)
            wanted.flag(of: card(7), on: .line(nil))
            let facts = try await store.facts(wanted)
            #expect((0..<9).map { facts.flag(of: card($0), on: cards) } == [true, false, true, nil, true, nil, nil, nil, nil])
            #expect((0..<3).map { facts.flag(of: card($0), on: .deviceLine(deviceID: "V")) } == [nil, nil, true])
            #expect(facts.flag(of: card(7), on: .cards) == true)
            #expect(facts.flag(of: card(7), on: .line(nil)) == nil)
        },
        StoreClause("a device on no line has no list to be loaded") { store async throws in
            await #expect(throws: HubStoreError.self) {
                try await store.beginGeneration(of: .line(nil), isReplacing: true, at: now)
            }
        },
        StoreClause("a held list waits, whatever its age, until it is adopted under its name") { store async throws in
            try await store.load(entries(0..<9), of: cards, named: "1")
            try await store.load(entries([20]), of: increment, named: "2")
            let generation = try await store.begin([entries(0..<2)], of: cards)
            try await store.hold(generation: generation, named: "3", at: now)
            let held = try #require(try await store.heldGenerations().first)
            #expect(held.id == generation && held.name == "3" && held.rows == 2 && held.isFull && held.state == .held)
            #expect(ListSelection(generationLine: held.line) == cards)
            #expect(try await store.edition(of: cards).versionText == "1")
            while try await store.pruneGenerations(at: now + .seconds(90 * 86_400), limit: 4) == 4 {}
            await #expect(throws: HubStoreError.self) {
                try await store.append(entries([5]), to: generation, at: now)
            }
            #expect(try await store.adopt(generation: generation, at: now) != nil)
            #expect(try await store.edition(of: cards).versionText == "3")
            #expect(try await store.list(cards) == entries(0..<2))
            #expect(try await store.edition(of: increment).version == 0)
            #expect(try await store.heldGenerations().isEmpty)
        },
        StoreClause("a held list goes when it is discarded, when another is held, and when another full list is adopted") {
            store async throws in
            func hold(_ name: String, _ selection: ListSelection = cards) async throws -> Int64 {
                let generation = try await store.begin([entries([1])], of: selection)
                try await store.hold(generation: generation, named: name, at: now)
                return generation
            }
            let first = try await hold("1")
            let other = try await hold("x", .deviceLine(deviceID: "V"))
            let second = try await hold("2")
            #expect(try await store.heldGenerations().map(\.id) == [other, second])
            await #expect(throws: HubStoreError.self) { try await store.adopt(generation: first, at: now) }
            await #expect(throws: HubStoreError.self) { try await store.hold(generation: first, named: "1", at: now) }
            try await store.load(entries([5]), of: increment, named: "i")
            #expect(try await store.heldGenerations().map(\.id) == [other, second])
            try await store.load(entries([5]), of: cards, named: "3")
            #expect(try await store.heldGenerations().map(\.id) == [other])
            try await store.discard(generation: other, at: now)
            #expect(try await store.heldGenerations().isEmpty)
        },
        StoreClause("a device has one name upstream at a time, another device has another, and the history stays") {
            store async throws in
            try await store.register("A", "B")
            func set(_ device: String, _ name: String?, _ seconds: Int) async throws {
                try await store.setIdentity(of: device, to: name, at: now + .seconds(seconds))
            }
            try await set("B", "U2", 0)
            try await set("A", "U1", 1)
            try await set("A", "U1", 2)
            #expect(
                try await store.identities() == [
                    UpstreamIdentity(deviceID: "A", upstreamID: "U1", since: now + .seconds(1)),
                    UpstreamIdentity(deviceID: "B", upstreamID: "U2", since: now),
                ])
            let error = await #expect(throws: HubStoreError.self) { try await set("B", "U1", 3) }
            #expect(error?.kind == .conflict && error?.what.contains("device A as U1") == true)
            try await set("A", "U3", 4)
            try await set("B", "U1", 5)
            #expect(
                try await store.identityHistory(of: "U1") == [
                    UpstreamIdentity(deviceID: "A", upstreamID: "U1", since: now + .seconds(1), until: now + .seconds(4)),
                    UpstreamIdentity(deviceID: "B", upstreamID: "U1", since: now + .seconds(5)),
                ])
            #expect(try await store.identityHistory(of: "B").map(\.upstreamID) == ["U2", "U1"])
            try await set("A", nil, 6)
            try await set("B", "B", 7)
            #expect(try await store.identities().isEmpty)
            #expect(try await store.identityHistory(of: "A").last?.until == now + .seconds(6))
        },
        StoreClause("a name that another device has by itself is its own, unless it was given another or was revoked") {
            store async throws in
            try await store.register("A", "B")
            await #expect(throws: HubStoreError.self) { try await store.setIdentity(of: "A", to: "B", at: now) }
            try await store.setIdentity(of: "B", to: "spare", at: now)
            try await store.setIdentity(of: "A", to: "B", at: now)
            await #expect(throws: HubStoreError.self) { try await store.setIdentity(of: "B", to: nil, at: now) }
            try await store.setIdentity(of: "A", to: nil, at: now)
            try await store.setIdentity(of: "B", to: nil, at: now)
            var wanted = WantedFacts()
            wanted.device("B")
            try await store.transact(wanted) { facts in facts.change("B", .credentials) { $0.revoke(at: now) } }
            try await store.setIdentity(of: "A", to: "B", at: now)
            #expect(try await store.identities().map(\.upstreamID) == ["B"])
        },
        StoreClause("a document takes the place of what had its name, and is found by the beginning of its name") {
            store async throws in
            func document(_ name: String, _ byte: UInt8) -> StoredDocument {
                StoredDocument(name: name, body: [byte, 0, 255], changed: now + .seconds(Int(byte)))
            }
            try await store.keep([document("keys/E", 1), document("heartbeat/b", 2), document("heartbeat/ü", 3)])
            try await store.keep([document("heartbeat/a", 4), document("heartbeat/b", 5), document("heartbeau", 6)])
            try await store.keep([])
            #expect(try await store.document("keys/E") == document("keys/E", 1))
            #expect(try await store.document("keys/F") == nil)
            let first = try await store.documents(prefix: "heartbeat/", after: nil, limit: 2)
            #expect(first == [document("heartbeat/a", 4), document("heartbeat/b", 5)])
            let rest = try await store.documents(prefix: "heartbeat/", after: first.last?.name, limit: 2)
            #expect(rest == [document("heartbeat/ü", 3)])
        },
    ]
}
