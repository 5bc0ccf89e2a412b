import FaultProxy
import Foundation
import JSON
import Testing

@Suite("What heartbeats bring", .timeLimit(.minutes(10)))
struct PlatformHeartbeatTests {
    private static let switches = ["check_mode", "check_card_mode", "qrcode_mode", "card_mode", "white_mode", "is_line_white"]

    @Test("switches apply at once, are echoed, and outlive kill -9 without network", arguments: ["card_mode", "is_line_white"])
    func modes(name: String) async throws {
        let platform = try ScriptedPlatform()
        // A list on which the card is not: without any, is_line_white would refuse nobody.
        platform.change { $0.line = .init(version: "7", cards: [LiveBox.otherGoodCard: 1]) }
        let proxy = try FaultProxy(to: platform.port)
        try await LiveBox.run(baseURL: "http://127.0.0.1:\(proxy.port)/hw") { box in
            try await box.startWithLists()
            try await box.until("it has the line's list") { $0["lists"]?["line"]?["version"] == "7" }
            let refusing = name == "card_mode" ? 0 : 1
            platform.change { $0.heartbeat[name] = .int(refusing) }
            try await box.until("the switch has changed") { $0["mode"]?[name]?.int == refusing }
            try await box.play("tap reader0 \(LiveBox.goodCard) red")
            let echo = try #require(try await platform.heartbeats(2).last)
            for other in Self.switches {
                let initial = other == "is_line_white" ? "0" : "1"
                #expect(echo.fields[other] == (other == name ? "\(refusing)" : initial))
            }
            // What the box means to write may wait for 200 ms; the next heartbeats have come since.
            proxy.set(.admission(.refuse))
            try await box.restart()
            try await box.until("the reader works") { $0["readers"]?.array?.first?["state"] == "ready" }
            #expect(try box.status()["mode"]?[name]?.int == refusing)
            try await box.play("tap reader0 \(LiveBox.goodCard) red")
        }
    }

    @Test("outside the service hours riders are refused, and admitted again when the hours are gone")
    func window() async throws {
        let platform = try ScriptedPlatform()
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            platform.change {
                $0.heartbeat["check_start_time_format"] = .string(PlatformTime.datetime(Date(timeIntervalSinceNow: -7200)))
                $0.heartbeat["check_end_time_format"] = .string(PlatformTime.datetime(Date(timeIntervalSinceNow: -3600)))
            }
            try await box.until("the hours are known") { $0["mode"]?["window"]?.isNull == false }
            try await box.play("tap reader0 \(LiveBox.goodCard) red")
            #expect(try box.control("taps")["taps"]?.array?.last?["reason"] == "not_in_service_hours")

            _ = try await platform.heartbeats(2)
            try await box.restart()
            try await box.until("the reader works") { $0["readers"]?.array?.first?["state"] == "ready" }
            #expect(try box.status()["mode"]?["window"]?.isNull == false)

            platform.change {
                $0.heartbeat["check_start_time_format"] = ""
                $0.heartbeat["check_end_time_format"] = "someday"
            }
            try await box.until("there are no hours") { $0["mode"]?["window"]?.isNull == true }
            try await box.play("tap reader0 \(LiveBox.goodCard) green")
        }
    }

    @Test("a reply that is an error, or no reply at all, changes nothing")
    func badReply() async throws {
        let platform = try ScriptedPlatform()
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            let replies: [PlatformAnswer] = [
                platform.heartbeatAnswer(["ret_code": 9, "card_mode": 0]), .json(["ret_msg": "", "card_mode": 0]),
                .json([["ret_code": 0, "card_mode": 0]]),
            ]
            for reply in replies {
                platform.answer("location_report") { _ in reply }
                _ = try await platform.heartbeats(2)
                #expect(try box.status()["mode"]?["card_mode"] == 1)
            }
            platform.restore("location_report")
            try await box.play("tap reader0 \(LiveBox.goodCard) green")
        }
    }

    @Test("the reply to a late heartbeat changes no switch, no hours and no version")
    func lateHeartbeats() async throws {
        let platform = try ScriptedPlatform()
        let proxy = try FaultProxy(to: platform.port)
        try await LiveBox.run(baseURL: "http://127.0.0.1:\(proxy.port)/hw") { box in
            try await box.startWithLists()
            proxy.set(.admission(.refuse))
            try await box.until("positions wait") { ($0["outbox"]?["positions"]?.int ?? 0) >= 3 }
            // Whatever was made before now is late; what is made from now on is not answered as if it were.
            let now = PlatformTime.datetime(Date())
            let late = platform.heartbeatAnswer([
                "card_mode": 0, "version_code_all": "666", "line_version_code_all": "666",
                "check_start_time_format": "2020-01-01 00:00:00", "check_end_time_format": "2020-01-01 01:00:00",
            ])
            platform.answer("location_report") { ($0.fields["time"] ?? "") < now ? late : nil }
            let before = platform.requests().count
            proxy.set(LinkFaults())
            try await box.until("no position waits") { $0["outbox"]?["positions"]?.int == 0 }
            _ = try await platform.heartbeats(2)

            let since = platform.requests().dropFirst(before)
            #expect(since.contains { $0.call == "location_report" && ($0.fields["time"] ?? "") < now })
            #expect(!since.contains { $0.call.hasPrefix("get_") })
            let echo = try #require(since.last { $0.call == "location_report" })
            #expect(echo.fields["card_mode"] == "1" && echo.fields["version_code_all"] == "100")
            #expect(try box.status()["mode"]?["window"]?.isNull == true)
            try await box.play("tap reader0 \(LiveBox.goodCard) green")
        }
    }

    @Test("each heartbeat has a req_id and a time of its own, the version of each list, and no place without a fix")
    func content() async throws {
        let platform = try ScriptedPlatform()
        platform.change { $0.line = .init(version: "7", cards: [LiveBox.goodCard: 1]) }
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            let heartbeats = try await platform.heartbeats(3)
            let last = try #require(heartbeats.last)
            #expect(Set(heartbeats.map(\.requestID)).count == heartbeats.count)
            #expect(last.fields["device_id"] == "TEST01")
            #expect(last.fields["version_code_all"] == "100")
            #expect(last.fields["version_code_add"] == "0")
            #expect(last.fields["line_version_code_all"] == "7")
            #expect(last.fields["lat"] == nil && last.fields["speed"] == nil)
            #expect(last.fields["software_ver"].flatMap { Int($0) } != nil)
        }
    }

    @Test("without a satellite's time the platform's clock dates the records, hours off as the box's is", arguments: [-3, 5])
    func serverTime(hours: Int) async throws {
        let platform = try ScriptedPlatform()
        platform.change { $0.clockOffset = TimeInterval(hours * 3600) }
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            let status = try box.status()
            #expect(status["clock"]?["source"] == "server")
            #expect(abs((status["clock"]?["offset_ms"]?.int ?? 0) - hours * 3_600_000) < 60_000)
            let earliest = PlatformTime.datetime(Date(timeIntervalSinceNow: TimeInterval(hours * 3600 - 60)))
            try await box.play("tap reader0 \(LiveBox.goodCard) green")
            try await box.untilDelivered()
            let latest = PlatformTime.datetime(Date(timeIntervalSinceNow: TimeInterval(hours * 3600 + 60)))
            let times = platform.requests("card_check", "card_check_log").compactMap(\.fields["time"])
            #expect(times.count == 2 && times.allSatisfy { (earliest...latest).contains($0) }, "\(times)")
        }
    }
}
