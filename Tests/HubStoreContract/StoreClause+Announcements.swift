import Base
import HubDomain
import HubStore
import PlatformAPI
import Testing

extension StoreClause {
    static let announcements = [
        StoreClause("what a device was told of its lists and fetched is kept, whatever else changes") { store async throws in
            try await store.register("V", "W")
            var wanted = WantedFacts()
            for id in ["V", "W"] { wanted.device(id) }
            func step(_ version: Int64, _ seconds: Int) -> ListProgress.Step {
                ListProgress.Step(version: version, time: now + .seconds(seconds))
            }
            var lists = ListsProgress()
            lists[.cards] = ListProgress(told: step(10, 1), fetched: step(9, 2))
            lists[.increment] = ListProgress(told: step(11, 3))
            lists[.line] = ListProgress(fetched: step(12, 4))
            try await store.transact(wanted) { [lists] in $0.change("V", .lists) { $0.lists = lists } }
            try await store.transact(wanted) { facts in
                _ = facts.attempt { facts in
                    facts.change("V", .lists) { $0.lists = ListsProgress() }
                    throw Refused()
                }
                facts.change("V", .settings) { $0.own = [.line: "26"] }
                let report = DeviceReport(time: now, softwareVersion: 1, versions: Versions(), position: nil)
                facts.change("V", .report) { $0.keep(report, at: now) }
            }
            #expect(try await store.device("V")?.lists == lists)
            #expect(try await store.device("V")?.own == [.line: "26"])
            #expect(try await store.device("W")?.lists == ListsProgress())
        },
        StoreClause("a heartbeat's facts say since when each list is in force") { store async throws in
            try await store.register("V", line: "26")
            #expect(try await store.versions().inForce(.cards, line: "26") == ListInForce())
            try await store.load(entries(0..<3))
            try await store.load(entries([7]), at: now + .seconds(60))
            try await store.load(entries([8]), at: now + .seconds(61))
            try await store.load(entries([1]), line: "26", at: now + .seconds(62))
            try await store.load(entries([2]), line: "26", at: now + .seconds(63))
            let versions = try await store.versions()
            for (list, seconds) in [(DeviceList.cards, 0), (.increment, 61), (.line, 63)] {
                let time = now + .seconds(seconds)
                #expect(versions.inForce(list, line: "26") == ListInForce(version: time.seconds, since: time))
            }
            #expect(versions.inForce(.line, line: nil) == ListInForce())
        },
        StoreClause("devices are counted that are told of a list, have fetched it, and hold it by their own word") {
            store async throws in
            #expect(try await store.listStandings().isEmpty)
            try await store.register("A", "B", "C", "D", "E", line: "26")
            try await store.register("F")
            let cards = try #require(try await store.load(entries(0..<3)))
            let increment = try #require(try await store.load(entries([7]), at: now + .seconds(1)))
            let line = try #require(try await store.load(entries([1]), line: "26", at: now + .seconds(2)))
            let other = try #require(try await store.load(entries([1]), line: "71", at: now + .seconds(3)))
            var wanted = WantedFacts()
            for id in ["A", "B", "C", "E"] { wanted.device(id) }
            try await store.transact(wanted) { facts in
                let step = ListProgress.Step(version: cards, time: now)
                facts.change("A", .lists) { $0.lists[.cards].told = step }
                facts.change("B", .lists) { ($0.lists[.cards].told, $0.lists[.cards].fetched) = (step, step) }
                var versions = Versions()
                (versions.cards, versions.cardIncrement, versions.lineCards) = (String(cards), String(increment), String(line))
                let report = DeviceReport(time: now, softwareVersion: 1, versions: versions, position: nil)
                facts.change("C", .report) { $0.keep(report, at: now) }
                facts.change("E", .lists) { $0.lists[.cards].told = step }
                facts.change("E", .credentials) { $0.revoke(at: now) }
            }
            func inForce(_ version: Int64, _ seconds: Int) -> ListInForce {
                ListInForce(version: version, since: now + .seconds(seconds))
            }
            #expect(
                try await store.listStandings() == [
                    ListStanding(.cards, inForce(cards, 0), devices: 5, told: 3, fetched: 2, adopted: 1),
                    ListStanding(.cardIncrement, inForce(increment, 1), devices: 5, told: 1, fetched: 1, adopted: 1),
                    ListStanding(.line("26"), inForce(line, 2), devices: 4, told: 1, fetched: 1, adopted: 1),
                    ListStanding(.line("71"), inForce(other, 3), devices: 0, told: 0, fetched: 0, adopted: 0),
                ])
        },
    ]
}
