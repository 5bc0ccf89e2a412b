import Base
import Fares
import HubDomain
import HubStore
import PlatformAPI
import Testing

extension StoreClause {
    static let devices = [
        StoreClause("a device has what was set of it, and another one nothing of that") { store async throws in
            try await store.register("V", "W")
            var wanted = WantedFacts()
            wanted.device("V")
            try await store.transact(wanted) { facts in
                facts.change("V", .settings) { $0.own = [.line: "26", .window: "05:30-23:00"] }
                facts.change("V", .credentials) { ($0.secret, $0.nextSecret) = ([1, 2], [3]) }
                facts.change("V", .keysVersion) { $0.versions.keys = "7" }
                facts.change("nobody", .settings) { $0.own = [:] }
            }
            var expected = Device(id: "V", registered: now)
            expected.own = [.line: "26", .window: "05:30-23:00"]
            (expected.secret, expected.nextSecret, expected.versions.keys) = ([1, 2], [3], "7")
            #expect(try await store.device("V") == expected)
            #expect(try await store.device("W") == Device(id: "W", registered: now))
            #expect(try await store.device("nobody") == nil)
        },
        StoreClause("a report changes no setting and no secret, and the other way round") { store async throws in
            try await store.register("V")
            var wanted = WantedFacts()
            wanted.device("V")
            var versions = Versions()
            (versions.cards, versions.cardIncrement, versions.lineCards) = ("10", "11", "12")
            let position = Position(latitude: 31.25, longitude: 121.5, speedKilometresPerHour: 30, course: 90)
            let report = DeviceReport(time: now, softwareVersion: 10203, versions: versions, position: position)
            try await store.transact(wanted) { facts in facts.change("V", .report) { $0.keep(report, at: now + .seconds(1)) } }
            try await store.transact(wanted) { facts in facts.change("V", .credentials) { $0.revoke(at: now) } }
            let device = try #require(try await store.device("V"))
            #expect(device.lastHeartbeat == now + .seconds(1) && device.reportedTime == now && device.softwareVersion == 10203)
            #expect(device.versions == versions && device.position == position && device.revoked == now)
        },
        StoreClause("devices are listed by pages in the order of their ids' bytes") { store async throws in
            let ids = ["b", "a", "Z", "1", "ä", "中", "aa"]
            for id in ids { try await store.register(id) }
            var found: [String] = []
            while true {
                let page = try await store.devices(after: found.last, limit: 2)
                guard !page.isEmpty else { break }
                found += page.map(\.id)
            }
            #expect(found == ids.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        },
        StoreClause("the number of devices is known where one registers itself, and counts those of the same batch") {
            store async throws in
            try await store.register("A", "B")
            var wanted = WantedFacts()
            for id in ["A", "C", "D"] { wanted.device(id, mayRegister: true) }
            let counts = try await store.transact(wanted) { facts in
                let before = facts.countOfDevices
                facts.register(Device(id: "C", registered: now))
                return [before, facts.countOfDevices]
            }
            #expect(counts == [2, 3])
            #expect(try await store.device("C") != nil)
        },
        StoreClause("a code is known by its digest until a month after its end, and what became of it") { store async throws in
            try await store.register("V")
            var enrolment = Enrolment(
                deviceID: "V", digest: [1, 2], created: now, expires: now + .seconds(60), used: nil, usedFrom: nil)
            try await store.transact(WantedFacts()) { [enrolment] in $0.keep(enrolment) }
            var wanted = WantedFacts()
            wanted.enrolment([1, 2])
            wanted.enrolment([3])
            #expect(try await store.facts(wanted).enrolment([1, 2]) == enrolment)
            #expect(try await store.facts(wanted).enrolment([3]) == nil)
            (enrolment.used, enrolment.usedFrom) = (now + .seconds(1), "192.0.2.1")
            try await store.transact(wanted) { [enrolment] facts in
                _ = facts.attempt { facts in
                    facts.keep(Enrolment(deviceID: "V", digest: [3], created: now, expires: now, used: nil, usedFrom: nil))
                    throw HubStoreError(.conflict, "undone")
                }
                facts.keep(enrolment)
            }
            #expect(try await store.facts(wanted).enrolment([1, 2]) == enrolment)
            #expect(try await store.facts(wanted).enrolment([3]) == nil)
            let unused = Enrolment(
                deviceID: enrolment.deviceID, digest: [3], created: now, expires: now, used: nil, usedFrom: nil)
            try await store.transact(wanted) { $0.keep(unused) }
            try await store.transact(wanted) { facts in
                _ = facts.attempt { facts in
                    facts.endCodes(of: unused.deviceID)
                    throw HubStoreError(.conflict, "undone")
                }
            }
            #expect(try await store.facts(wanted).enrolment([3]) == unused)
            try await store.transact(wanted) { $0.endCodes(of: unused.deviceID) }
            #expect(try await store.facts(wanted).enrolment([3]) == nil)
            #expect(
                try await store.facts(wanted).enrolment([1, 2]) == enrolment, "what was used stays, for whoever tries it again")
            try await store.prune(expiredAt: now + .seconds(60) + Enrolment.keptTime)
            #expect(try await store.facts(wanted).enrolment([1, 2]) != nil)
            try await store.prune(expiredAt: now + .seconds(61) + Enrolment.keptTime)
            #expect(try await store.facts(wanted).enrolment([1, 2]) == nil)
        },
        StoreClause("a device keeps the tokens that last longest, and none when they are ended") { store async throws in
            try await store.register("V")
            for number in 0..<20 {
                let token = NamedToken("t\(number)", AccessToken(deviceID: "V", expires: now + .seconds(number)))
                try await store.transact(WantedFacts()) { $0.add(token) }
            }
            let other = NamedToken("w", AccessToken(deviceID: "W", expires: now + .seconds(5)))
            try await store.transact(WantedFacts()) { $0.add(other) }
            var wanted = WantedFacts()
            for number in 0..<20 { wanted.token("t\(number)") }
            let facts = try await store.facts(wanted)
            #expect((0..<20).filter { facts.token("t\($0)") != nil } == Array(12..<20))
            #expect(facts.device("V") != nil, "a token brings its device")
            #expect(
                try await store.tokens(goodAt: now + .seconds(13)).map(\.text) == ["t14", "t15", "t16", "t17", "t18", "t19"])
            try await store.prune(expiredAt: now + .seconds(18))
            #expect(try await store.tokens(goodAt: now).map(\.text) == ["t18", "t19"])
            try await store.transact(WantedFacts()) { $0.endTokens(of: "V") }
            #expect(try await store.tokens(goodAt: now).isEmpty)
        },
    ]
}
