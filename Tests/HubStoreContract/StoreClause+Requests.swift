import Base
import Fares
import HubDomain
import HubStore
import Testing

extension StoreClause {
    static let requests = [
        StoreClause("a batch that throws writes nothing") { store async throws in
            await #expect(throws: Refused.self) {
                try await store.transact(WantedFacts()) { facts in
                    facts.register(Device(id: "V", registered: now))
                    facts.apply(.insert(logRecord("1")), at: nil)
                    throw Refused()
                }
            }
            #expect(try await store.device("V") == nil)
            #expect(try await store.allRecords().isEmpty)
        },
        StoreClause("a request that is refused in the middle of a batch undoes its own changes, and its neighbours' stay") {
            store async throws in
            try await store.settle([logRecord("known")])
            try await store.register("V")
            var wanted = WantedFacts()
            wanted.device("V")
            wanted.record(RecordQuery(logRecord("known")))
            let known = RecordQuery(logRecord("known"))
            let place: @Sendable (Int) -> StoredPosition = { number in
                StoredPosition(
                    deviceID: "V", requestID: "\(number % 2)", time: now, position: Position(latitude: 1, longitude: 2),
                    received: now)
            }
            try await store.transact(wanted) { facts in
                for number in 0..<6 {
                    _ = facts.attempt { facts in
                        facts.register(Device(id: "d\(number)", registered: now))
                        facts.change("V", .settings) { $0.own[.line] = "\(number)" }
                        facts.apply(.insert(logRecord("\(number)")), at: nil)
                        facts.apply(.count, at: facts.find(known)?.place)
                        facts.apply(.count, at: facts.find(RecordQuery(logRecord("0")))?.place)
                        facts.keep(place(number))
                        facts.use(UsedTicket(bytes: [UInt8(number)], expires: now, lifetime: .zero))
                        facts.add(NamedToken("t\(number)", AccessToken(deviceID: "d\(number)", expires: now + .seconds(9))))
                        if number == 3 { facts.endTokens(of: "d0") }
                        if number % 2 == 1 { throw Refused() }
                    }
                }
            }
            #expect(try await store.devices(after: nil, limit: 10).map(\.id) == ["V", "d0", "d2", "d4"])
            #expect(try await store.device("V")?.line == "4")
            let records = try await store.allRecords().map(\.record)
            #expect(records.map(\.requestID) == ["known", "0", "2", "4"])
            #expect(records.map(\.duplicates) == [3, 3, 0, 0])
            let positions = try await store.rows(of: .positions, after: nil, limit: 10)
            #expect(positions.map(\.last) == [.integer(2)], "of two names one was always refused")
            #expect(try await store.tokens(goodAt: now).map(\.text) == ["t0", "t2", "t4"])
            var names = WantedFacts()
            for number in 0..<6 { names.usedTicket([UInt8(number)]) }
            let facts = try await store.facts(names)
            #expect((0..<6).filter { facts.isUsed([UInt8($0)]) } == [0, 2, 4])
        },
        StoreClause("a later request of a batch finds what an earlier one did") { store async throws in
            var wanted = WantedFacts()
            wanted.device("V", mayRegister: true)
            wanted.usedTicket([7])
            wanted.record(RecordQuery(onlineCheck("1")))
            try await store.transact(wanted) { facts in
                facts.register(Device(id: "V", registered: now))
                #expect(facts.device("V") != nil)
                facts.use(UsedTicket(bytes: [7], expires: now, lifetime: .zero))
                #expect(facts.isUsed([7]))
                facts.apply(.insert(onlineCheck("1")), at: nil)
                facts.apply(.book, at: facts.find(RecordQuery(onlineCheck("1")))?.place)
                #expect(facts.find(RecordQuery(onlineCheck("1")))?.record.checkMode == .offline)
            }
            #expect(try await store.allRecords().map(\.record.duplicates) == [1])
        },
        StoreClause("a position is one row however often it is sent, and another one at another time") { store async throws in
            let samples = [("abcd", 0), ("abcd", 5), ("abcd", 0), ("abcd", 5), ("other", 0)].map { name, seconds in
                StoredPosition(
                    deviceID: "V", requestID: name, time: now + .seconds(seconds),
                    position: Position(latitude: 31.25, longitude: 121.5, course: 3), received: now)
            }
            try await store.transact(WantedFacts()) { facts in samples.forEach { facts.keep($0) } }
            try await store.transact(WantedFacts()) { facts in samples.forEach { facts.keep($0) } }
            let rows = try await store.rows(of: .positions, after: nil, limit: 10)
            #expect(rows.map(\.last) == [.integer(3), .integer(3), .integer(1)])
        },
    ]
}
