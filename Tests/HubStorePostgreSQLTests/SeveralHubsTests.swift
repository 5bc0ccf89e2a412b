import Base
import Fares
import HubDomain
import HubStore
import HubStorePostgreSQL
import PostgreSQLServer
import Testing

@testable import HubStoreContract

@Suite("Several hubs on one PostgreSQL database", .enabled(if: PostgreSQLServer.isInstalled, "board/setup.sh postgresql"))
struct SeveralHubsTests {
    private func hubs() async throws -> [HubStorePostgreSQL] {
        let address = try await PostgreSQLServer.shared.database()
        async let first = HubStorePostgreSQL(address)
        async let second = HubStorePostgreSQL(address)
        return try await [first, second]
    }

    @Test("The same record to two hubs at once, ten thousand times, is one row with the same answer")
    func sameRecord() async throws {
        let hubs = try await hubs()
        let answers = try await withThrowingTaskGroup(of: [Reason].self) { group in
            for hub in hubs {
                group.addTask {
                    var answers: [Reason] = []
                    for _ in 0..<50 { answers += try await hub.settle([TapRecord](repeating: onlineCheck("1"), count: 100)) }
                    return answers
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(answers == [Reason](repeating: .ok, count: 10_000))
        #expect(try await hubs[0].allRecords().map(\.record.duplicates) == [9_999])
    }

    @Test("Batches in whatever order never end in a deadlock that anybody sees")
    func shuffled() async throws {
        let hubs = try await hubs()
        let ids = (0..<40).map { "d\($0)" }
        for id in ids.prefix(20) { try await hubs[0].register(id) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for hub in hubs {
                group.addTask {
                    for round in 0..<40 { try await Self.batch(of: ids.shuffled(), round, hub) }
                }
                group.addTask {
                    for _ in 0..<20 {
                        _ = try await hub.pseudonymise(receivedBefore: now + .seconds(1), limit: 50) { $0 }
                        _ = try await hub.prunePositions(receivedBefore: now, limit: 100)
                        _ = try await hub.adopt([.init(id: 1, text: "k")], revokingFormer: false, at: now)
                    }
                }
            }
            try await group.waitForAll()
        }
        let records = try await hubs[1].allRecords(pages: 1000)
        #expect(records.count == 40 * 40)
        #expect(records.allSatisfy { $0.record.duplicates == 1 })
        #expect(try await hubs[1].devices(after: nil, limit: 100).count == 40)
        let positions = try await hubs[1].rows(of: .positions, after: nil, limit: 10_000)
        #expect(positions.map(\.last) == [StoreValue?](repeating: .integer(1), count: 40 * 40))
    }

    /// Each device registers, reports itself, logs a tap and is given a token.
    private static func batch(of ids: [String], _ round: Int, _ hub: HubStorePostgreSQL) async throws {
        var wanted = WantedFacts()
        for id in ids {
            wanted.device(id, mayRegister: true)
            wanted.record(RecordQuery(logRecord("\(round)", of: id)))
        }
        try await hub.transact(wanted) { facts in
            for id in ids {
                if facts.device(id) == nil { facts.register(Device(id: id, registered: now)) }
                facts.change(id, .report) { $0.lastHeartbeat = now }
                let record = logRecord("\(round)", of: id)
                let earlier = facts.find(RecordQuery(record))
                facts.apply(earlier == nil ? .insert(record) : .count, at: earlier?.place)
                facts.keep(
                    StoredPosition(
                        deviceID: id, requestID: "\(round)", time: now, position: Position(latitude: 1, longitude: 2),
                        received: now))
                facts.add(NamedToken("\(id) \(UInt64.random(in: .min ... .max))", AccessToken(deviceID: id, expires: now)))
            }
        }
    }

    @Test("A single ride is used at one of them")
    func tickets() async throws {
        let hubs = try await hubs()
        let names = (0..<300).map { [UInt8($0 % 256), UInt8($0 / 256)] }
        let rides = try await withThrowingTaskGroup(of: [[UInt8]].self) { group in
            for hub in hubs {
                group.addTask {
                    var taken: [[UInt8]] = []
                    for start in stride(from: 0, to: names.count, by: 10) {
                        let asked = names[start..<start + 10].shuffled()
                        var wanted = WantedFacts()
                        for name in asked { wanted.usedTicket(name) }
                        taken += try await hub.transact(wanted) { facts in
                            asked.filter { name in
                                defer { facts.use(UsedTicket(bytes: name, expires: now, lifetime: .zero)) }
                                return !facts.isUsed(name)
                            }
                        }
                    }
                    return taken
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(rides.count == names.count && Set(rides).count == names.count)
    }

    @Test("Versions of lists and keys are of one sequence")
    func versions() async throws {
        let hubs = try await hubs()
        let versions = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for (number, hub) in hubs.enumerated() {
                group.addTask {
                    var versions: [Int64] = []
                    for round in 0..<20 {
                        versions.append(try await hub.adopt([.init(id: 1, text: "k")], revokingFormer: false, at: now))
                        versions.append(try #require(try await hub.load(entries([round]), line: "\(number)")))
                    }
                    #expect(versions == versions.sorted())
                    return versions
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(versions).count == 80)
    }

    @Test("Who reads records by pages while both take some in sees every one")
    func pages() async throws {
        let hubs = try await hubs()
        let writing = hubs.enumerated().map { number, hub in
            Task { for round in 0..<100 { try await hub.settle([logRecord("\(round)", of: "\(number)")]) } }
        }
        var read: [StoredRecord] = []
        while read.count < 200 {
            let page = try await hubs[0].records(after: read.last?.cursor, limit: 5, deviceID: nil)
            read += page
            // Having missed one, it would wait for ever.
            if page.isEmpty, try await hubs[1].allRecords(pages: 1000).count == 200 {
                read += try await hubs[0].records(after: read.last?.cursor, limit: 1000, deviceID: nil)
                break
            }
        }
        for task in writing { try await task.value }
        #expect(read.count == 200)
    }

    @Test("The same call for the platform to two hubs at once waits once, in whatever order the batches come")
    func calls() async throws {
        let hubs = try await hubs()
        let keys = (0..<40).map { forward("\($0)", of: "d\($0 % 7)").key }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for hub in hubs {
                group.addTask {
                    for _ in 0..<20 {
                        let calls = keys.shuffled().map { forward($0.requestID, of: $0.deviceID) }
                        var wanted = WantedFacts()
                        for call in calls { wanted.forward(call.key) }
                        try await hub.transact(wanted) { facts in
                            for call in calls where facts.forward(call.key) == nil { facts.keep(call) }
                        }
                    }
                }
            }
            // The sender delivers some meanwhile, which then come again.
            group.addTask {
                for _ in 0..<20 {
                    let some = try await hubs[0].forwards(.waiting, after: 0, limit: 5, deviceID: nil).shuffled()
                    try await hubs[0].settleForwards(delivered: [], changed: some)
                }
            }
            try await group.waitForAll()
        }
        let kept = try await hubs[1].forwards(.waiting)
        #expect(kept.count == 40 && Set(kept.map(\.key)) == Set(keys))
    }

    @Test("Who asks for devices with new calls while both keep some misses none")
    func newCalls() async throws {
        let hubs = try await hubs()
        let writing = hubs.enumerated().map { number, hub in
            Task {
                for round in 0..<100 {
                    // Beside records, which take numbers of the same sequence.
                    try await hub.settle([logRecord("\(round)", of: "\(number)")])
                    try await hub.keep([forward("\(round)", of: "\(number) \(round)")])
                }
            }
        }
        var (devices, last) = (Set<String>(), Int64(0))
        func look() async throws {
            let found = try await hubs[0].waitingDevices(after: last)
            devices.formUnion(found.devices)
            last = found.last
        }
        while devices.count < 200 {
            try await look()
            // Having missed one, it would look for ever.
            if try await hubs[1].forwardCounts().waiting == 200 {
                try await look()
                break
            }
        }
        for task in writing { try await task.value }
        #expect(devices.count == 200)
    }

    @Test("A lease that one has the other has not")
    func lease() async throws {
        let hubs = try await hubs()
        #expect(try await hubs[0].lease("upkeep", holder: "a", for: .seconds(10), at: now))
        #expect(try await !hubs[1].lease("upkeep", holder: "b", for: .seconds(10), at: now))
        #expect(try await hubs[1].lease("upkeep", holder: "b", for: .seconds(10), at: now + .seconds(10)))
    }
}
