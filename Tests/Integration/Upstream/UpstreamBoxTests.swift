import FaultProxy
import Foundation
import JSON
import TestSupport
import Testing

@Suite("A real box on a hub in front of a platform", .timeLimit(.minutes(10)))
struct UpstreamBoxTests {
    private func run(_ script: PlatformScript, _ upstream: String = "", _ body: (LiveBox, HubProgram) async throws -> Void)
        async throws
    {
        try await HubProgram.run(script, upstream) { hub in
            let options = LiveBox.Options(platform: "online_timeout_ms = 10000\nlist_timeout_ms = 60000")
            try await LiveBox.run(baseURL: "http://127.0.0.1:\(hub.port)/api", options) { box in try await body(box, hub) }
        }
    }

    @Test("has the platform's lists, keys and modes, decides by them, and its rides are the platform's")
    func offline() async throws {
        try await run(PlatformScript()) { box, hub in
            try await box.startWithLists()
            let status = try box.status()
            #expect(status["lists"]?["cards"]?["version"] == "100" && status["lists"]?["keys"]?["version"] == "1")
            try await box.play("tap reader0 \(LiveBox.goodCard) green\ntap reader0 \(LiveBox.blockedCard) red")
            try await box.untilDelivered()
            _ = try await eventually("the platform has two logs and a booking") {
                hub.platform.requests("card_check_log").count == 2 && hub.platform.requests("card_check").count == 1 ? true : nil
            }
            #expect(hub.platform.requests("card_check_log").map { $0.fields["status"] } == ["0", "2"])
            hub.platform.change { $0.cards = .init(version: "101", cards: [LiveBox.otherGoodCard: 1, LiveBox.goodCard: 1]) }
            try await box.until("the new list is in force") { $0["lists"]?["cards"]?["version"] == "101" }
        }
    }

    @Test("may have a hub for a platform: its lists, keys, settings and decisions come through, and its records are whole")
    func hubBehindHub() async throws {
        let nobody = try ScriptedPlatform()
        let back = try HubProgram(nobody, isAlone: true)
        defer { back.kill() }
        _ = try await back.command(
            "import-cards", back.write("cards.csv", "\(LiveBox.goodCard),1\n\(LiveBox.blockedCard),0\n"))
        _ = try await back.command("rotate-keys", "--count", "1")
        try await back.start()
        let front = try HubProgram(nobody, "online_timeout_ms = 8000", behind: back)
        defer { front.kill() }
        try await front.start()
        let options = LiveBox.Options(platform: "online_timeout_ms = 10000")
        try await LiveBox.run(baseURL: "http://127.0.0.1:\(front.port)/api", options) { box in
            try await box.startWithLists()
            try await box.play("tap reader0 \(LiveBox.goodCard) green\ntap reader0 \(LiveBox.blockedCard) red")
            _ = try await back.command("set-mode", "--device", "TEST01", "check_card_mode=0", "white_mode=0")
            try await box.until("it asks") { $0["mode"]?["check_card_mode"] == 0 && $0["mode"]?["white_mode"] == 0 }
            try await box.play(
                "tap reader0 \(LiveBox.unknownCard) green\n\(LiveBox.pause)\ntap reader0 \(LiveBox.blockedCard) red")
            #expect(try box.control("taps")["taps"]?.array?.last?["mode"] == "online")
            try await box.untilDelivered()
        }
        // Two logs and a booking, and two checks.
        let records = try await eventually("all is there") { () -> [JSONValue]? in
            let records = try JSONValue(parsing: try await back.command("records", "--json")).array ?? []
            return records.count >= 5 ? records : nil
        }
        #expect(records.count == 5 && Set(records.compactMap { $0["req_id"]?.string }).count == 5)
    }

    @Test(
        "asks the platform through the hub, and shows the rider what the platform said; away, it decides by itself and books under one req_id"
    )
    func online() async throws {
        var script = PlatformScript()
        script.heartbeat["check_card_mode"] = 0
        script.overrides["card_check"] = { request, _ in
            guard request.fields["check_mode"] == "0" else { return nil }
            return request.fields["card_id"] == LiveBox.unknownCard
                ? .json(["ret_code": 0, "ret_msg": "ok", "sound_no": 7])
                : .json(["ret_code": 3001, "ret_msg": "余额不足", "sound_no": 9])
        }
        try await run(script, "online_timeout_ms = 8000") { box, hub in
            try await box.startWithLists()
            try await box.until("it asks") { $0["mode"]?["check_card_mode"] == 0 }
            try await box.play("tap reader0 \(LiveBox.unknownCard) green\ntap reader0 \(LiveBox.goodCard) red")
            hub.link.set(.admission(.refuse))
            try await box.play("\(LiveBox.pause)\ntap reader0 \(LiveBox.goodCard) green")
            #expect(try box.control("taps")["taps"]?.array?.map { $0["mode"]?.string } == ["online", "online", "fallback"])
            try await box.untilDelivered()
            hub.link.set(LinkFaults())
            _ = try await eventually("the ride is booked") {
                hub.platform.requests("card_check").contains { $0.fields["check_mode"] == "1" } ? true : nil
            }
            let ids = hub.platform.requests("card_check").map(\.requestID)
            #expect(Set(ids).count == ids.count)
        }
    }
}
