import Base
import Fares
import HubDomain
import HubStore
import PlatformAPI
import Testing

extension StoreClause {
    static let copies = [
        StoreClause("all that is in a store goes into another one and comes back the same") { store async throws in
            let first = HubStoreMemory()
            try await first.fillWithSamples()
            try await copy(first, into: store)
            let second = HubStoreMemory()
            try await copy(store, into: second)
            for table in StoreTable.all {
                let expected = try await first.rows(of: table, after: nil, limit: 1000)
                #expect(try await second.rows(of: table, after: nil, limit: 1000) == expected, "\(table.name)")
                #expect(try await store.rows(of: table, after: nil, limit: 1000) == expected, "\(table.name)")
                #expect(!expected.isEmpty, "\(table.name) has a sample")
            }
            // The numbers of rows, generations and versions go on behind those that came.
            try await store.settle([logRecord("new")])
            try await store.transact(WantedFacts()) { $0.setAside(aside("b")) }
            #expect(try await store.setAside(after: 1, limit: 9, deviceID: nil).map(\.key.name) == ["b"])
            #expect(try await store.allRecords().last?.record.requestID == "new")
            let former = try await store.edition(of: .line("26")).version
            let version = try #require(try await store.load(entries(0..<3), replacing: true))
            #expect(version > former)
            #expect(try await store.list(.cards) == entries(0..<3))
            #expect(try await store.device("V")?.line == "26")
            try await store.keep([forward("new")])
            #expect(try await store.waiting("V", live: now + .seconds(1)) == ["1", "new"])
            try await store.setIdentity(of: "W", to: "U", at: now + .seconds(2))
            #expect(try await store.identityHistory(of: "U").map(\.deviceID) == ["V", "W"])
        },
        StoreClause("rows are read by pages in the order of their key") { store async throws in
            try await store.load(entries(0..<5))
            try await store.load(entries(3..<8), line: "26")
            var rows: [[StoreValue]] = []
            while true {
                let page = try await store.rows(of: .cards, after: rows.last.map { Array($0.prefix(2)) }, limit: 3)
                guard !page.isEmpty else { break }
                rows += page
            }
            #expect(rows == (try await store.rows(of: .cards, after: nil, limit: 100)))
            #expect(rows.compactMap(\.first?.text) == [0, 1, 2, 3, 3, 4, 4, 5, 6, 7].map { card($0).description })
        },
    ]

    private static func copy(_ source: any HubStore, into target: any HubStore) async throws {
        for table in StoreTable.all {
            var last: [StoreValue]?
            while true {
                let page = try await source.rows(of: table, after: last, limit: 2)
                guard let end = page.last else { break }
                try await target.append(page, to: table)
                last = Array(end.prefix(table.keyCount))
            }
        }
    }
}

extension HubStoreMemory {
    fileprivate func fillWithSamples() async throws {
        try await register("V", "W")
        var wanted = WantedFacts()
        wanted.device("V")
        try await transact(wanted) { facts in
            facts.change("V", .settings) { $0.own = [.line: "26"] }
            facts.change("V", .credentials) { ($0.secret, $0.nextSecret) = ([0, 255], []) }
            facts.change("V", .report) {
                var versions = Versions()
                versions.cards = "17"
                let position = Position(latitude: -31.25, longitude: 0.1, speedKilometresPerHour: 0)
                $0.keep(DeviceReport(time: now, softwareVersion: 1, versions: versions, position: position), at: now)
            }
            facts.keep(
                StoredPosition(
                    deviceID: "V", requestID: "p", time: now, position: Position(latitude: 1.5, longitude: 2.5, course: 359),
                    received: now))
            facts.use(UsedTicket(bytes: [0, 1], expires: now, lifetime: .zero))
            facts.setAside(aside("a", body: [0, 255]))
            facts.add(NamedToken("t", AccessToken(deviceID: "V", expires: now)))
        }
        try await settle([logRecord("1", "🚌 ' \\ \u{1}"), onlineCheck("2"), logRecord("1", "🚌 ' \\ \u{1}")])
        _ = try await adopt([.init(id: 255, text: "key")], revokingFormer: false, at: now)
        _ = try await adopt([.init(id: 0, text: "")], revokingFormer: true, at: now)
        try await load(entries(0..<5))
        try await load(entries([1], isListed: false))
        try await load(entries(2..<4), line: "26")
        _ = try await beginGeneration(of: .line("71"), isReplacing: false, at: now)
        try await append(
            [[.blob([1, 2]), .text("V"), .integer(1), .integer(2), .null, .text("10.0.0.1")]], to: .enrolments)
        var answered = forward("2", .ticketCheck, state: .answered)
        (answered.refusals, answered.mayBeDouble) = (3, true)
        answered.answer = PlatformAnswer(code: -7, message: "🚌", soundNumber: 5, received: now)
        try await keep([forward("1"), answered])
        try await setIdentity(of: "V", to: "U", at: now)
        try await setIdentity(of: "V", to: "U2", at: now + .seconds(1))
        try await keep([StoredDocument(name: "keys/E", body: [0, 255], changed: now)])
        try await load(entries([1]), of: .enterpriseCards(enterpriseID: "E"), named: "v7")
    }
}
