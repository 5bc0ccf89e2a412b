import Base
import JSON
import PlatformAPI
import TestSupport
import Testing

@testable import HubDomain
@testable import HubServices
@testable import validator_hub

@Suite("A new list is announced to one box after the other")
struct ListAnnouncementTests {
    private let since = WallTime(seconds: 1_785_729_600)
    private let tenth = ListAnnouncement(percentPerMinute: 10)

    private func device(_ id: String = "V", cards: String = "5", increment: String = "6", line: String = "7") -> Device {
        var device = Device(id: id, registered: WallTime(seconds: 0))
        (device.versions.cards, device.versions.cardIncrement, device.versions.lineCards) = (cards, increment, line)
        return device
    }

    private func told(
        _ device: Device, _ announcement: ListAnnouncement? = nil, cards: Int64 = 5, increment: Int64 = 6, line: Int64 = 7,
        after elapsed: Duration = .zero
    ) -> [String] {
        let versions = (announcement ?? tenth).versions(
            for: device,
            inForce: { list in
                let version =
                    switch list {
                    case .cards: cards
                    case .increment: increment
                    case .line: line
                    }
                return ListInForce(version: version, since: since)
            }, at: since + elapsed)
        return [versions.cards, versions.cardIncrement, versions.lineCards]
    }

    @Test("at its moment a share of them, evenly more, and all of them in the end")
    func shares() {
        let boxes = (0..<1000).map { device("F\($0)") }
        func share(after elapsed: Duration, _ announcement: ListAnnouncement? = nil) -> Int {
            boxes.count { told($0, announcement, cards: 9, after: elapsed)[0] == "9" }
        }
        #expect(share(after: .zero) < 10)
        for minute in 1...9 {
            // Six deviations of chance.
            #expect(abs(share(after: .seconds(60 * minute)) - 100 * minute) < 95)
        }
        #expect(share(after: .seconds(600)) == 1000)
        #expect(share(after: .zero, ListAnnouncement()) == 1000, "with 100 all at once")
        #expect(share(after: .seconds(-3600)) == 1000, "a clock that was wrong holds nobody up")
    }

    @Test("whose turn it is follows from id and version: who was told stays told, and another version has another order")
    func order() {
        let delays = (0..<100).map { tenth.delay(of: "F\($0)", 9) }
        #expect(delays == (0..<100).map { tenth.delay(of: "F\($0)", 9) })
        #expect(delays != (0..<100).map { tenth.delay(of: "F\($0)", 10) })
        #expect(delays.allSatisfy { $0 >= .zero && $0 <= .seconds(600) })
    }

    @Test("a box is told what it holds until its turn, and at once where it has no list at all")
    func waiting() {
        #expect(told(device(), cards: 19, increment: 20, line: 21) == ["5", "6", "7"])
        #expect(told(device(cards: "0", increment: "0", line: "0"), cards: 19, increment: 20, line: 21) == ["19", "20", "21"])
        #expect(told(device(line: "0"), cards: 19, increment: 20, line: 21) == ["5", "6", "21"])
        #expect(told(device(), cards: 19, increment: 0, line: 0) == ["5", "6", "0"])
    }

    @Test("a box that was told of a version, has fetched it or reports it is told no older one")
    func neverBack() {
        let step = ListProgress.Step(version: 19, time: since)
        var box = device()
        box.lists[.cards].told = step
        #expect(told(box, cards: 19)[0] == "19")
        box.lists[.cards] = ListProgress(fetched: step)
        #expect(told(box, cards: 19)[0] == "19")
        #expect(told(box, cards: 30)[0] == "19", "it has that by now, whatever it says")
        #expect(told(device(cards: "19"), cards: 19)[0] == "19")
        #expect(told(device(cards: "19"), cards: 30)[0] == "19")
    }

    struct Way: Sendable, CustomTestStringConvertible {
        var told: Int64?
        var fetched: Int64?
        var reported: String
        var isPlatforms = false
        /// Of version 30, which is in force and whose turn has not come.
        var isTold: Bool

        var testDescription: String {
            "told \(told ?? 0), fetched \(fetched ?? 0), reports \(reported)\(isPlatforms ? ", a platform's" : "")"
        }
    }

    @Test(
        "a box that is on its way to a newer version than it has is told of the one in force at once, never back",
        arguments: [
            Way(reported: "5", isTold: false),
            Way(told: 5, reported: "5", isTold: false),
            Way(told: 5, fetched: 5, reported: "5", isTold: false),
            Way(told: 19, reported: "5", isTold: true),
            Way(told: 19, fetched: 5, reported: "5", isTold: true),
            Way(told: 19, fetched: 5, reported: "19", isTold: false),
            Way(told: 19, fetched: 19, reported: "5", isTold: false),
            Way(told: 19, fetched: 25, reported: "5", isTold: false),
            Way(told: 19, reported: "none", isTold: false),
            Way(told: 19, fetched: 5, reported: "none", isTold: true),
            // What a platform's box reports is a name, even where it is a number.
            Way(reported: "5", isPlatforms: true, isTold: false),
            Way(told: 19, reported: "5", isPlatforms: true, isTold: false),
            Way(told: 19, fetched: 19, reported: "5", isPlatforms: true, isTold: false),
            Way(told: 19, fetched: 5, reported: "5", isPlatforms: true, isTold: true),
            Way(told: 19, fetched: 5, reported: "a name", isPlatforms: true, isTold: true),
        ])
    func underWay(way: Way) {
        var box = device(cards: way.reported)
        box.lists[.cards] = ListProgress(
            told: way.told.map { ListProgress.Step(version: $0, time: since) },
            fetched: way.fetched.map { ListProgress.Step(version: $0, time: since) })
        let inForce =
            way.isPlatforms
            ? ListInForce(platforms: "new", version: 30, since: since) : ListInForce(version: 30, since: since)
        // A turn that is yet to come for every box.
        let versions = ListAnnouncement(percentPerMinute: 1).versions(
            for: box, inForce: { $0 == .cards ? inForce : ListInForce() }, at: since)
        #expect((versions.cards == inForce.text) == way.isTold)
    }

    @Test("an increment goes by shares among those that hold its list, and goes with the list for those that fetch it")
    func increments() {
        #expect(told(device(), increment: 8)[1] == "6")
        #expect(told(device(), increment: 8, after: .seconds(600))[1] == "8")
        #expect(told(device(increment: "0"), increment: 8)[1] == "0", "it holds the list, and is to fetch what changed")
        var box = device()
        box.lists[.cards].told = ListProgress.Step(version: 19, time: since)
        #expect(told(box, cards: 19, increment: 20) == ["19", "20", "7"])
    }

    @Test("what was told and fetched is kept, counted and shown; a check goes by the list in force")
    func kept() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder, { $0.policy.announcement = ListAnnouncement(percentPerMinute: 1) }) {
            hub async throws in
            try hub.database().adopt(entries("AA"))
            _ = try await hub.heartbeat()
            let token = try await hub.token()
            let list: JSONObject = ["device_id": "VLD1", "type": 1, "token": .string(token)]
            #expect(try await hub.post("get_card_list", json: .object(list))["version"] == "1700000000")
            func progress(_ list: DeviceList = .cards) throws -> ListProgress? {
                try hub.database().devices.find("VLD1")?.lists[list]
            }
            #expect(try progress()?.told?.version == 1_700_000_000)
            #expect(try progress()?.fetched?.version == 1_700_000_000)
            #expect(try progress(.increment) == ListProgress(), "there is none to be told of")

            // With one in a hundred a minute hardly any turn comes within five minutes.
            let now = WallTime(milliseconds: try #require(try progress()?.told?.time.milliseconds))
            try hub.database().adopt(entries("-AA"), replacing: true, at: now)
            let held: JSONObject = ["version_code_all": "1700000000"]
            let reply = try await hub.heartbeat(held)
            let version = try await hub.store().edition(of: .cards).version
            let isEarly = ListAnnouncement(percentPerMinute: 1).delay(of: "VLD1", version) < .seconds(300)
            if !isEarly { #expect(reply["version_code_all"] == "1700000000") }
            #expect(try await hub.tap("card_check", "1", card: "AA", ["check_mode": 0]).code == ReturnCode.blocked.rawValue)
            #expect(try await hub.post("get_card_list", json: .object(list))["version"] == .string(String(version)))
            #expect(try await hub.heartbeat(held)["version_code_all"] == .string(String(version)), "fetched")
            let metrics = try await hub.get("metrics").text
            for (state, count) in [("all", 1), ("told", 1), ("fetched", 1), ("adopted", 0)] {
                #expect(metrics.contains("validator_hub_list_devices{list=\"cards\",state=\"\(state)\"} \(count)\n"))
            }
            _ = try await hub.heartbeat(["version_code_all": .string(String(version))])
            let standing = try #require(try await hub.store().listStandings().first)
            #expect([standing.devices, standing.told, standing.fetched, standing.adopted] == [1, 1, 1, 1])
            let listed = try #require(ListSummary.all(of: try await hub.store().generations(), [standing]).first?.json)
            #expect(listed["list"] == "cards" && listed["adopted"] == 1)
        }
    }
}
