import Base
import Fares
import HubStore
import Testing

extension StoreClause {
    static let tickets = [
        StoreClause("a single ride is used once, whoever asks at the same time, until it would be refused as expired") {
            store async throws in
            let ticket = UsedTicket(bytes: [1, 2, 3], expires: now + .seconds(60), lifetime: .zero)
            var wanted = WantedFacts()
            wanted.usedTicket(ticket.bytes)
            let wantedFacts = wanted
            let rides = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        try await store.transact(wantedFacts) { facts in
                            let isFirst = !facts.isUsed(ticket.bytes)
                            facts.use(ticket)
                            return isFirst
                        }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(rides == 1)
            try await store.prune(expiredAt: now + .seconds(60))
            #expect(try await store.facts(wantedFacts).isUsed(ticket.bytes))
            try await store.prune(expiredAt: now + .seconds(61))
            #expect(try await !store.facts(wantedFacts).isUsed(ticket.bytes))
        },
        StoreClause("the group of keys before the one in force is honoured unless it is revoked") { store async throws in
            var wanted = WantedFacts()
            wanted.keyRing()
            let keys = wanted
            func group(_ text: String) -> [KeyGroup.Key] { [.init(id: 2, text: text), .init(id: 1, text: text + "1")] }
            #expect(try await store.facts(keys).keys == KeyFacts())
            let first = try await store.adopt(group("a"), revokingFormer: false, at: now)
            let second = try await store.adopt(group("b"), revokingFormer: false, at: now + .seconds(10))
            let third = try await store.adopt(group("c"), revokingFormer: false, at: now + .seconds(20))
            #expect([first, second, third] == [0, 10, 20].map { now.seconds + $0 })
            var facts = try await store.facts(keys).keys
            #expect(facts.ring.current == KeyGroup(version: String(third), keys: group("c").reversed()))
            #expect(facts.ring.previous == KeyGroup(version: String(second), keys: group("b").reversed()))
            #expect(facts.ring.replaced == now + .seconds(20) && facts.revokedVersion == nil)
            #expect(try await store.versions().keys == third)
            _ = try await store.adopt(group("d"), revokingFormer: true, at: now + .seconds(30))
            facts = try await store.facts(keys).keys
            #expect(facts.ring.previous == nil && facts.revokedVersion == third)
        },
        StoreClause("versions of keys and lists are of one sequence, which never repeats nor goes back") { store async throws in
            var versions = [try await store.adopt([.init(id: 1, text: "a")], revokingFormer: false, at: now)]
            for offset in [0, -5000, 0, 100] {
                versions.append(try #require(try await store.load(entries(0..<2), replacing: true, at: now + .seconds(offset))))
                versions.append(
                    try #require(try await store.load(entries(0..<1), line: "26", at: now + .seconds(offset - 1))))
            }
            #expect(versions == versions.sorted() && Set(versions).count == versions.count)
            #expect(versions.first == now.seconds && versions[7] == now.seconds + 100)
            let more = try await withThrowingTaskGroup(of: Int64.self) { group in
                for number in 0..<10 {
                    group.addTask { try await store.adopt([.init(id: 1, text: "\(number)")], revokingFormer: false, at: now) }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(more.count == 10 && more.allSatisfy { $0 > versions[8] })
        },
    ]
}
