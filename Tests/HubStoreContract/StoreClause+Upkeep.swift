import Base
import HubDomain
import HubStore
import Testing

extension StoreClause {
    static let upkeep = [
        StoreClause("a lease has one holder until it ends or is given back") { store async throws in
            func take(_ holder: String, at seconds: Int, name: String = "import") async throws -> Bool {
                try await store.lease(name, holder: holder, for: .seconds(10), at: now + .seconds(seconds))
            }
            #expect(try await take("a", at: 0))
            #expect(try await !take("b", at: 9))
            #expect(try await take("b", at: 9, name: "other"))
            #expect(try await take("a", at: 9))
            #expect(try await !take("b", at: 18))
            #expect(try await take("b", at: 19))
            #expect(try await !take("a", at: 20))
            try await store.endLease("import", holder: "a")
            #expect(try await !take("a", at: 20))
            try await store.endLease("import", holder: "b")
            #expect(try await take("a", at: 20))
        },
        StoreClause("a lease that a wrong clock took in the future holds nobody up, and one of a clock a little ahead does") {
            store async throws in
            #expect(try await store.lease("x", holder: "a", for: .seconds(10), at: now + .seconds(86400)))
            #expect(try await store.lease("x", holder: "b", for: .seconds(10), at: now + .seconds(5)))
            #expect(try await !store.lease("x", holder: "c", for: .seconds(10), at: now))
        },
        StoreClause("of those who want a lease at once one has it") { store async throws in
            let holders = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<20 {
                    group.addTask { try await store.lease("x", holder: "\(number)", for: .seconds(10), at: now) }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(holders == 1)
        },
        StoreClause("positions go slice by slice, by when they were received") { store async throws in
            try await store.transact(WantedFacts()) { facts in
                for number in 0..<10 {
                    let received = number < 7 ? now : now + .seconds(100)
                    facts.keep(
                        StoredPosition(
                            deviceID: "V", requestID: "\(number)", time: now, position: Position(latitude: 1, longitude: 2),
                            received: received))
                }
            }
            #expect(try await store.prunePositions(receivedBefore: now, limit: 4) == 0)
            #expect(try await store.prunePositions(receivedBefore: now + .seconds(1), limit: 4) == 4)
            #expect(try await store.prunePositions(receivedBefore: now + .seconds(1), limit: 4) == 3)
            #expect(try await store.countOfPositions() == 3)
        },
        StoreClause("a store that takes records says so, and leaves nothing in its log") { store async throws in
            for _ in 0..<2 { try await store.transact(WantedFacts()) { $0.rehearseRecord() } }
            #expect(try await store.emptyLog())
        },
    ]
}
