import Base
import FaultProxy
import Foundation
import JSON
import TestSupport
import Testing

@Suite("A hub whose platform is slow, away or out of its mind", .timeLimit(.minutes(10)))
struct UpstreamOutageTests {
    /// Ids as boxes make them: unlike all others, and in order.
    private func newIDs(_ count: Int) -> [String] { (0..<count).map { _ in UUID().uuidString.lowercased() } }

    @Test("row 1, slow: boxes decide checks themselves, at once after the third; heartbeats are answered, and all is booked")
    func slow() async throws {
        try await HubProgram.run { hub in
            try await hub.greet()
            hub.platform.answer("card_check") { request in
                request.fields["check_mode"] == "0" ? PlatformAnswer.refusal(7).after(.seconds(5)) : nil
            }
            let ids = newIDs(20)
            for id in ids {
                let reply = try await hub.check(id)
                #expect(reply.status == 503 && reply.code == 5002)
                #expect(try await hub.book(id).code == 0)
            }
            #expect(try await hub.heartbeat().code == 0)
            // The breaker lets one through every ten seconds.
            let asked = hub.platform.requests("card_check").filter { $0.fields["check_mode"] == "0" }
            #expect(asked.count < 10)
            try await hub.expectDelivered(ids)
        }
    }

    @Test(
        "row 2, down for days: all but checks is answered 200, and goes up once when the platform is back, over a restart of the hub"
    )
    func down() async throws {
        try await HubProgram.run { hub in
            try await hub.greet()
            hub.link.set(.admission(.refuse))
            let days = newIDs(30)
            for (number, id) in days.enumerated() {
                let time = Date(timeIntervalSinceNow: -3 * 86400 + 60 * Double(number))
                #expect(try await hub.book(id, device: "VLD\(number % 3)", at: time).code == 0)
            }
            #expect(try await hub.heartbeat().code == 0)
            let check = try await hub.check("c")
            #expect(check.status == 503 && check.code == 5002)
            hub.stop()
            try await hub.start()
            #expect(try await hub.heartbeat().code == 0)
            let live = newIDs(10)
            for id in live { #expect(try await hub.book(id).code == 0) }
            #expect(hub.taken("card_check").isEmpty)
            #expect(try await hub.get("readyz") == "ready\n")
            hub.link.set(LinkFaults())
            try await hub.expectDelivered(days + live)
            // Of each device what came first goes up first.
            let backlog = hub.taken("card_check").filter(days.contains)
            for device in 0..<3 {
                let own = days.enumerated().filter { $0.offset % 3 == device }.map(\.element)
                #expect(backlog.filter(own.contains) == own)
            }
        }
    }

    @Test("row 3, a black hole: sockets do not grow, and everything is there when it has an end")
    func blackHole() async throws {
        try await HubProgram.run { hub in
            try await hub.greet()
            hub.link.set(.admission(.swallow))
            let ids = newIDs(60)
            for (number, id) in ids.enumerated() {
                #expect(try await hub.book(id, device: "BUS\(number)").code == 0)
                if number % 10 == 0 { #expect(try await hub.check("c\(number)").code == 5002) }
                #expect(hub.upstreamConnections <= 32)
            }
            #expect(try await hub.heartbeat().code == 0)
            hub.link.set(LinkFaults())
            try await hub.expectDelivered(ids)
        }
    }

    @Test("beyond upstream.max_waiting boxes keep their records, and give them when there is room; an alarm says so")
    func full() async throws {
        try await HubProgram.run(PlatformScript(), "max_waiting = 5") { hub in
            try await hub.greet()
            hub.link.set(.admission(.refuse))
            var ids: [String] = []
            let refused = try await eventually("no more are taken") { () -> String? in
                let id = UUID().uuidString
                let reply = try await hub.book(id)
                if reply.code == 0 { ids.append(id) }
                return reply.status == 503 && reply.code == 5001 ? id : nil
            }
            #expect(ids.count >= 5)
            try await hub.untilLogged("max_waiting")
            hub.link.set(LinkFaults())
            try await eventually("there is room") { try await hub.book(refused).code == 0 }
            try await hub.expectDelivered(ids + [refused])
        }
    }

    /// What is no answer at all.
    struct Nonsense: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var answer: PlatformAnswer
    }

    static let noAnswers = [
        Nonsense(testDescription: "a page with 200", answer: .html("<html>please log in</html>")),
        Nonsense(testDescription: "cut JSON", answer: PlatformAnswer(body: Array("{\"ret_code\":0,\"ret_msg\":\"o".utf8))),
        Nonsense(
            testDescription: "cut off on its way", answer: PlatformAnswer(body: Array("{\"ret_code\":0}".utf8)).cut(after: 5)),
        Nonsense(testDescription: "a list", answer: PlatformAnswer(body: Array("[]".utf8))),
        Nonsense(testDescription: "a wrong type", answer: PlatformAnswer(body: Array("{\"ret_code\":\"fine\"}".utf8))),
        Nonsense(testDescription: "no ret_code", answer: PlatformAnswer(body: Array("{\"ret_msg\":\"fine\"}".utf8))),
        Nonsense(testDescription: "nothing", answer: PlatformAnswer(body: [])),
        Nonsense(testDescription: "500", answer: .html("oops", status: 500)),
        Nonsense(testDescription: "502", answer: .html("bad gateway", status: 502)),
    ]

    @Test(
        "row 4, HTML with 200, cut JSON, wrong types: no answer; boxes notice nothing, and it is sent again under its req_id",
        arguments: noAnswers)
    func nonsense(_ nonsense: Nonsense) async throws {
        try await HubProgram.run { hub in
            try await hub.greet()
            let ids = newIDs(3)
            for call in ["card_check", "location_report"] { hub.platform.answer(call) { _ in nonsense.answer } }
            for id in ids { #expect(try await hub.book(id).code == 0) }
            let check = try await hub.check("c")
            #expect(check.status == 503 && check.code == 5002)
            let heartbeat = try await hub.heartbeat()
            #expect(heartbeat.status == 200 && heartbeat["enterprise_id"] == "398")
            _ = try await eventually("one was tried") { !hub.taken("card_check").isEmpty }
            for call in ["card_check", "location_report"] { hub.platform.restore(call) }
            try await hub.expectDelivered(ids, mayRepeat: true)
        }
    }

    @Test("row 5, taken, but the reply is lost: it is sent again under the same req_id, and told as possibly doubled")
    func ambiguous() async throws {
        try await HubProgram.run { hub in
            try await hub.greet()
            var faults = LinkFaults()
            faults.lostReplies = 1
            hub.link.set(faults)
            let ids = newIDs(5)
            for id in ids { #expect(try await hub.book(id).code == 0) }
            _ = try await eventually("one was taken, and not known to be") { !hub.taken("card_check").isEmpty }
            hub.link.set(LinkFaults())
            try await hub.expectDelivered(ids, mayRepeat: true)
            #expect(hub.taken("card_check").count > ids.count)
            let doubled = try await hub.get("metrics").firstMatch(of: /validator_hub_upstream_possibly_doubled_total ([0-9]+)/)
            #expect(doubled.flatMap { Int($0.1) } ?? 0 >= 1)
        }
    }

    @Test(
        "a call that the platform alone has trouble with, 413 or another 4xx without ret_code, keeps up none of the others",
        arguments: [413, 400])
    func trouble(status: Int) async throws {
        try await HubProgram.run { hub in
            try await hub.greet()
            hub.platform.answer("card_check") { request in
                request.fields["card_id"] == LiveBox.blockedCard ? .html("no", status: status) : nil
            }
            let ids = newIDs(5)
            #expect(try await hub.book(ids[0], card: LiveBox.blockedCard).code == 0)
            for id in ids.dropFirst() { #expect(try await hub.book(id).code == 0) }
            try await hub.expectDelivered(ids, mayRepeat: true)
            #expect(try await hub.check("c").code == 0)
            // It is still the hub's, and goes when it may.
            hub.platform.restore("card_check")
            let tries = hub.taken("card_check").count { $0 == ids[0] }
            _ = try await eventually("it goes once more") { hub.taken("card_check").count { $0 == ids[0] } > tries ? true : nil }
        }
    }

    @Test("what happens now goes before the backlog, and a rider before all")
    func lanes() async throws {
        try await HubProgram.run(PlatformScript(), "online_timeout_ms = 10000\nmax_requests_per_s = 50") { hub in
            try await hub.greet()
            hub.link.set(.admission(.refuse))
            let old = newIDs(200)
            for (number, id) in old.enumerated() {
                try await hub.book(id, device: "BUS\(number % 20)", at: Date(timeIntervalSinceNow: -3600))
            }
            hub.link.set(LinkFaults())
            _ = try await eventually("it drains") { hub.taken("card_check").isEmpty ? nil : true }
            // The breaker may still be open.
            _ = try await eventually("a rider is asked about") { try await hub.check(UUID().uuidString).code == 0 ? true : nil }
            let live = UUID().uuidString
            try await hub.book(live)
            try await hub.expectDelivered(old + [live])
            #expect(try #require(hub.taken("card_check").firstIndex(of: live)) < old.count)
        }
    }

    @Test(
        "positions from an outage go up late where the platform wants them, and not where it does not",
        arguments: ["send", "drop"])
    func latePositions(setting: String) async throws {
        try await HubProgram.run(PlatformScript(), "late_positions = \"\(setting)\"") { hub in
            try await hub.greet()
            #expect(try await hub.heartbeat("late", at: Date(timeIntervalSinceNow: -3600)).code == 0)
            #expect(try await hub.heartbeat("last").code == 0)
            _ = try await eventually("the newest is up") {
                hub.platform.requests("location_report").contains { $0.requestID == "last" } ? true : nil
            }
            let id = UUID().uuidString
            try await hub.book(id, at: Date(timeIntervalSinceNow: -3600))
            try await hub.expectDelivered([id])
            if setting == "send" {
                _ = try await eventually("the late one is up") {
                    hub.platform.requests("location_report").contains { $0.requestID == "late" } ? true : nil
                }
            } else {
                #expect(!hub.platform.requests("location_report").contains { $0.requestID == "late" })
            }
        }
    }

    @Test("429 with Retry-After is waited for")
    func throttled() async throws {
        try await HubProgram.run { hub in
            try await hub.greet()
            hub.platform.answer("card_check") { _ in
                .html("slow down", status: 429, headers: ["Retry-After": "2"])
            }
            let ids = newIDs(3)
            for id in ids { #expect(try await hub.book(id).code == 0) }
            _ = try await eventually("one was tried") { !hub.taken("card_check").isEmpty }
            let first = try #require(hub.platform.requests("card_check").first)
            hub.platform.restore("card_check")
            try await hub.expectDelivered(ids, mayRepeat: true)
            let second = try #require(hub.platform.requests("card_check").dropFirst().first)
            #expect(second.at - first.at >= .seconds(2))
        }
    }

    @Test("refusals: a final code is put aside at once, and goes up again when the operator says so")
    func refused() async throws {
        try await HubProgram.run(PlatformScript(), "final_codes = [4001]\naccepted_codes = [4002]") { hub in
            hub.platform.answer("card_check") { request in
                switch request.fields["card_id"] {
                case LiveBox.blockedCard: .refusal(4001, "unknown card")
                case LiveBox.otherGoodCard: .refusal(4002, "known already")
                default: nil
                }
            }
            let ids = newIDs(3)
            try await hub.book(ids[0], card: LiveBox.blockedCard)
            try await hub.book(ids[1], card: LiveBox.otherGoodCard)
            try await hub.book(ids[2])
            try await hub.expectDelivered(ids)
            _ = try await eventually("it is put aside") { try await hub.command("refused").contains(ids[0]) ? true : nil }
            hub.platform.restore("card_check")
            _ = try await hub.command("refused", "--resend", "--all")
            _ = try await eventually("it is sent again") { hub.taken("card_check").count { $0 == ids[0] } == 2 }
        }
    }
}
