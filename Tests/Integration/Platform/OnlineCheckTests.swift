import FaultProxy
import Foundation
import JSON
import TestSupport
import Testing

@Suite("Taps that the platform decides", .timeLimit(.minutes(10)))
struct OnlineCheckTests {
    /// A platform that wants to be asked about each card and ticket.
    private func asking() throws -> ScriptedPlatform {
        var script = PlatformScript()
        script.heartbeat["check_card_mode"] = 0
        script.heartbeat["check_mode"] = 0
        return try ScriptedPlatform(script)
    }

    private func startOnline(_ box: LiveBox) async throws {
        try await box.startWithLists()
        try await box.until("it asks the platform") { $0["mode"]?["check_card_mode"] == 0 && $0["mode"]?["check_mode"] == 0 }
    }

    /// Longer than any machine makes a platform of this process wait.
    private let patient = LiveBox.Options(platform: "online_timeout_ms = 10000")

    @Test("the platform's yes is green and its no is red, whatever the lists say, with one request for each tap")
    func platformDecides() async throws {
        let platform = try asking()
        platform.answer("card_check") {
            $0.fields["card_id"] == LiveBox.unknownCard
                ? .json(["ret_code": 0, "ret_msg": "ok", "sound_no": 7])
                : .json(["ret_code": 3001, "ret_msg": "余额不足", "sound_no": 9])
        }
        try await LiveBox.run(platform, patient) { box in
            try await startOnline(box)
            try await box.play(
                """
                tap reader0 \(LiveBox.unknownCard) green
                tap reader0 \(LiveBox.goodCard) red
                scan scanner0 anything green
                """)
            let taps = try box.control("taps")["taps"]?.array ?? []
            #expect(taps.map { $0["mode"]?.string } == ["online", "online", "online"])
            #expect(taps.map { $0["reason"]?.string } == ["ok", "refused_by_platform", "ok"])
            try await box.untilDelivered()
            _ = try await platform.heartbeats(2)
            let checks = platform.requests("card_check", "ticket_check")
            #expect(checks.map(\.fields["check_mode"]) == ["0", "0", "0"])
            #expect(checks.last?.fields["qr_code"] == "anything")
            #expect(platform.requests("card_check_log", "offline_qrcode_log").isEmpty)
        }
    }

    @Test("a reply that comes too late changes no light and makes no second ride: the booking has the attempt's req_id")
    func lateReply() async throws {
        let platform = try asking()
        platform.answer("card_check") {
            $0.fields["check_mode"] == "0" ? .refusal(3001).after(.milliseconds(1500)) : nil
        }
        try await LiveBox.run(platform, LiveBox.Options(platform: "online_timeout_ms = 300")) { box in
            try await startOnline(box)
            try await box.play(
                """
                tap reader0 \(LiveBox.goodCard) green
                expect none within 2s
                """)
            let tap = try #require(try box.control("taps")["taps"]?.array?.first)
            #expect(tap["mode"] == "fallback")
            try await box.untilDelivered()
            let checks = platform.requests("card_check")
            #expect(checks.map(\.fields["check_mode"]) == ["0", "1"])
            #expect(Set(checks.map(\.requestID)).count == 1)
            let logs = platform.requests("card_check_log")
            #expect(logs.map(\.requestID) == [tap["record"]?.string ?? ""])
            #expect(logs.first?.fields["status"] == "0")
            #expect(logs.first?.requestID != checks.first?.requestID)
        }
    }

    @Test("who is on no list is refused when the platform is silent, and that is logged once, without a booking")
    func fallbackRefuses() async throws {
        let platform = try asking()
        platform.answer("card_check") { _ in .refusal(0).after(.seconds(2)) }
        try await LiveBox.run(platform, LiveBox.Options(platform: "online_timeout_ms = 300")) { box in
            try await startOnline(box)
            try await box.play("tap reader0 \(LiveBox.unknownCard) red")
            try await box.untilDelivered()
            #expect(platform.requests("card_check").map(\.fields["check_mode"]) == ["0"])
            #expect(platform.requests("card_check_log").map(\.fields["status"]) == ["1"])
        }
    }

    /// What is no verdict about the rider.
    static let unusable: [(String, PlatformAnswer)] = [
        ("500", .html("sorry", status: 500)), ("a page", .html("<html>login</html>")), ("nothing", PlatformAnswer(body: [])),
        ("cut off", PlatformAnswer.refusal(3001).cut(after: 5)), ("a code to fall back on", .refusal(5001)),
    ]

    @Test("an unusable reply is no refusal: the box decides at once", arguments: unusable)
    func unusableReply(name: String, answer: PlatformAnswer) async throws {
        let platform = try asking()
        platform.answer("card_check") { $0.fields["check_mode"] == "0" ? answer : nil }
        let options = LiveBox.Options(platform: "online_timeout_ms = 10000\nfallback_codes = [5001]")
        try await LiveBox.run(platform, options) { box in
            try await startOnline(box)
            try await box.play("tap reader0 \(LiveBox.goodCard) green within 8s")
            #expect(try box.control("taps")["taps"]?.array?.first?["mode"] == "fallback")
            try await box.untilDelivered()
            #expect(Set(platform.requests("card_check").map(\.requestID)).count == 1)
        }
    }

    @Test("on a link that is known to be dead no rider waits for the platform; when it is back, riders are checked online again")
    func deadLink() async throws {
        let platform = try asking()
        let proxy = try FaultProxy(to: platform.port)
        let options = LiveBox.Options(platform: "timeout_ms = 500\nonline_timeout_ms = 10000")
        try await LiveBox.run(baseURL: "http://127.0.0.1:\(proxy.port)/hw", options) { box in
            try await startOnline(box)
            try await box.play("tap reader0 \(LiveBox.goodCard) green within 9s")
            proxy.set(.admission(.swallow))
            try await box.until("it knows that the platform is away") { $0["platform"]?["state"] == "offline" }
            // As many as it takes to tell a dead link from one lost reply; the riders after them must not wait.
            _ = try await eventually("three heartbeats got no reply") {
                (try box.status()["outbox"]?["positions"]?.int ?? 0) >= 3
            }
            try await box.play(
                """
                tap reader0 \(LiveBox.goodCard) green within 5s
                tap reader0 \(LiveBox.otherGoodCard) red within 5s
                tap reader0 \(LiveBox.blockedCard) red within 5s
                """)
            proxy.set(LinkFaults())
            try await box.until("the platform is back") { $0["platform"]?["state"] == "online" }
            try await box.untilDelivered()
            try await eventually("a tap is checked online again") {
                try await box.play("\(LiveBox.pause)\ntap reader0 \(LiveBox.goodCard) green within 20s")
                return try box.control("taps")["taps"]?.array?.last?["mode"] == "online"
            }
            let bookings = platform.requests("card_check").filter { $0.fields["check_mode"] == "1" }
            #expect(Set(bookings.map(\.requestID)).count == bookings.count)
        }
    }

    @Test("a ride that the hub granted too late is one ride there, and it is the booking")
    func oneRideAtTheHub() async throws {
        let bus = try await Bus()
        let proxy = try FaultProxy(to: bus.hubPort)
        for arguments in [
            ["add-device", "TEST01", "--without-secret"], ["set-mode", "--device", "TEST01", "check_card_mode=0"],
        ] {
            let result = try await Programs.run(
                "validator-hub", arguments + ["--config", bus.path("hub.toml")],
                log: bus.folder.appending(path: "hub-commands.log"))
            try #require(result.status == 0, "\(result.output)")
        }
        let options = LiveBox.Options(platform: "online_timeout_ms = 300")
        try await LiveBox.run(baseURL: "http://127.0.0.1:\(proxy.port)/api", in: bus.home, options) { box in
            try await box.play("start hub ${BIN}/validator-hub --config ${DIR}/hub.toml")
            try await startOnlineCards(box)
            proxy.set(.latency(.milliseconds(400)))
            try await box.play("tap reader0 \(Bus.goodCard) green")
            #expect(try box.control("taps")["taps"]?.array?.first?["mode"] == "fallback")
            try await box.untilDelivered()
            let records = try await bus.records(of: Bus.goodCard)
            #expect(records.map(\.call).sorted() == ["card_check", "card_check_log"])
            #expect(records.allSatisfy { $0.status == 0 })
        }
    }

    private func startOnlineCards(_ box: LiveBox) async throws {
        try await box.start()
        try await box.until("it has its lists and asks about cards") {
            ($0["lists"]?["cards"]?["count"]?.int ?? 0) > 0 && $0["mode"]?["check_card_mode"] == 0
        }
    }
}
