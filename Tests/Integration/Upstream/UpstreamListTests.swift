import FaultProxy
import Foundation
import JSON
import TestSupport
import Testing

@Suite("A hub whose platform has odd lists, tokens or clocks", .timeLimit(.minutes(10)))
struct UpstreamListTests {
    private static func list(_ version: String, _ count: Int) -> PlatformScript.List {
        .init(version: version, cards: Dictionary(uniqueKeysWithValues: (0..<count).map { ("04\(100_000 + $0)", 1) }))
    }

    private static func script(_ count: Int = 6000) -> PlatformScript {
        var script = PlatformScript()
        script.cards = list("100", count)
        return script
    }

    @Test(
        "a list is fetched once for all devices, and is what boxes are given, under the platform's version, while it is away too")
    func served() async throws {
        try await HubProgram.run(Self.script(100)) { hub in
            for device in ["A", "B", "C"] { try await hub.untilListed("100", device: device) }
            #expect(hub.platform.requests("get_card_list").count { $0.fields["type"] == "1" } == 1)
            hub.link.set(.admission(.refuse))
            hub.stop()
            try await hub.start()
            let list = try await hub.cards(device: "A")
            #expect(list.version == "100" && list.cards.count == 100)
            #expect(try await hub.heartbeat(device: "A")["version_code_all"] == "100")
        }
    }

    @Test("row 7, a list that is cut at each 64 KiB leaves the old one in force")
    func cut() async throws {
        try await HubProgram.run(Self.script()) { hub in
            try await hub.untilListed("100")
            let whole = Self.list("101", 6001)
            for place in 0..<4 {
                let before = hub.platform.requests("get_card_list").count
                hub.platform.change { script in
                    script.cards = .init(version: "101-\(place)", cards: whole.cards)
                    script.overrides["get_card_list"] = { request, script in
                        script.overrides["get_card_list"] = nil
                        let good = script.answer(request)
                        script.cards.version = "102-\(place)"
                        return good.cut(after: min(65536 * place, good.body.count - 1))
                    }
                }
                _ = try await eventually("it was fetched") {
                    _ = try await hub.heartbeat()
                    return hub.platform.requests("get_card_list").count > before
                }
                #expect(try await hub.heartbeat()["version_code_all"]?.string?.hasPrefix("101") == false)
                try await hub.untilListed("102-\(place)")
            }
            #expect(try await hub.cards().cards.count == 6001)
        }
    }

    @Test(
        "row 7, a list that is empty, or has shrunk by more than a fifth, is held for an operator, who adopts it",
        arguments: [0, 700])
    func shrunk(count: Int) async throws {
        try await HubProgram.run(Self.script(1000)) { hub in
            try await hub.untilListed("100")
            hub.platform.change { $0.cards = Self.list("101", count) }
            let held = try await eventually("it is held") {
                _ = try await hub.heartbeat()
                let lists = try JSONValue(parsing: try await hub.command("lists", "--json"))
                return lists.array?.first { $0["state"] == "held" }
            }
            #expect(held["version"] == "101" && held["cards"]?.int == count)
            let fetched = hub.platform.requests("get_card_list").count
            for _ in 0..<5 { #expect(try await hub.heartbeat()["version_code_all"] == "100") }
            #expect(try await hub.cards().cards.count == 1000)
            #expect(hub.platform.requests("get_card_list").count == fetched)
            _ = try await hub.command("lists", "--adopt", String(try #require(held["id"]?.int)))
            try await hub.untilListed("101")
            #expect(try await hub.cards().cards.count == count)
        }
    }

    @Test("row 6, a token that the platform refuses is fetched anew once; if that is refused too, bookings go up all the same")
    func token() async throws {
        var script = Self.script(10)
        script.overrides["get_card_list"] = { request, script in
            request.fields["token"] == "second-token" ? nil : .refusal(2002, "token")
        }
        script.overrides["get_token"] = { _, script in
            script.token = script.token == "zeroth-token" ? "first-token" : "second-token"
            return nil
        }
        script.token = "zeroth-token"
        try await HubProgram.run(script) { hub in
            try await hub.untilListed("100")
            #expect(hub.platform.requests("get_token").count == 2)
            hub.platform.change { script in
                script.overrides["get_card_list"] = { _, _ in .refusal(2002, "token") }
                script.cards.version = "101"
            }
            try await eventually("the new list is asked for") {
                _ = try await hub.heartbeat()
                return hub.platform.requests("get_card_list").count >= 4
            }
            let id = UUID().uuidString
            #expect(try await hub.book(id).code == 0)
            try await hub.expectDelivered([id])
            #expect(try await hub.heartbeat()["version_code_all"] == "100")
        }
    }

    @Test("row 8, a platform whose clock is eight hours wrong sets no box's clock", arguments: [8.0, -8.0])
    func clock(hours: Double) async throws {
        var script = PlatformScript()
        script.clockOffset = hours * 3600
        try await HubProgram.run(script) { hub in
            try await hub.greet()
            for _ in 0..<3 {
                let reply = try await hub.heartbeat()
                let now = PlatformTime.compact(Date())
                // The same day and hour, or the next at its very beginning.
                let told = try #require(reply["server_time"]?.string.flatMap(Int.init))
                #expect(abs(told / 10_000 - (Int(now) ?? 0) / 10_000) <= 1)
            }
            try await hub.untilLogged("clock")
        }
    }

    @Test("a platform's own small difference is passed on")
    func offset() async throws {
        var script = PlatformScript()
        script.clockOffset = 60
        try await HubProgram.run(script) { hub in
            _ = try await hub.heartbeat()
            try await eventually("the platform's time is told") {
                let told = try await hub.heartbeat()["server_time"]?.string ?? ""
                return told >= PlatformTime.compact(Date(timeIntervalSinceNow: 50))
            }
        }
    }

    @Test("what proves a box stays here, and the platform's token is never seen by boxes")
    func credentials() async throws {
        try await HubProgram.run(PlatformScript(), devices: "authentication = \"secret\"") { hub in
            let secret = try await hub.command("add-device", "VLD1").firstMatch(of: /[0-9a-f]{32,}/).map { String($0.0) }
            let proof = ["Authorization": "Bearer \(try #require(secret))"]
            let token = try await hub.post(
                "get_token", ["device_id": "VLD1", "app_id": "", "secret": "a-secret"], headers: proof)
            let own = try #require(token["token"]?.string)
            let reply = try await hub.post(
                "card_check_log",
                [
                    "device_id": "VLD1", "req_id": "1", "card_id": "AA", "status": "1", "token": .string(own),
                    "secret": "a-secret",
                    "time": .string(PlatformTime.datetime(Date())),
                ], headers: proof)
            #expect(reply.code == 0)
            _ = try await eventually("it went up") { hub.platform.requests("card_check_log").first }
            for request in hub.platform.requests() {
                #expect(request.headers["authorization"] == nil)
                #expect(!request.fields.values.contains(own) && !request.fields.values.contains("a-secret"))
            }
            #expect(own != "first-token")
        }
    }

    @Test("when_away = hub: decided from the platform's lists, and booked there later, once")
    func decidedHere() async throws {
        try await HubProgram.run(PlatformScript(), "when_away = \"hub\"") { hub in
            try await hub.untilListed("100")
            hub.link.set(.admission(.refuse))
            let ids = (0..<3).map { _ in UUID().uuidString }
            #expect(try await hub.check(ids[0]).code == 0)
            #expect(try await hub.check(ids[1], card: LiveBox.blockedCard).code == 3002)
            #expect(try await hub.check(ids[2], card: LiveBox.unknownCard).code == 3003)
            #expect(try await hub.book(ids[0]).code == 0)
            hub.link.set(LinkFaults())
            try await hub.expectDelivered([ids[0]])
            _ = try await eventually("the logs went up") { hub.platform.requests("card_check_log").count >= 3 ? true : nil }
            #expect(hub.platform.requests("card_check_log").map { $0.fields["status"] } == ["0", "2", "1"])
        }
    }
}
