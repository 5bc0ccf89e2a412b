import Foundation
import JSON
import TestSupport
import Testing

@Suite("Uploads that the platform refuses", .timeLimit(.minutes(10)))
struct PlatformRefusalTests {
    private func refused(_ status: JSONValue) -> Int? { status["outbox"]?["refused"]?.int }

    @Test("a refused record is tried again, kept apart, listed, exported, and delivered by a retry, all under one req_id")
    func refusedAndRetried() async throws {
        let platform = try ScriptedPlatform()
        platform.answer("card_check_log") { $0.fields["card_id"] == LiveBox.goodCard ? .refusal(9, "没有此卡") : nil }
        let options = LiveBox.Options(outbox: "backoff_max_s = 1\nmax_refusals = 2")
        try await LiveBox.run(platform, options) { box in
            try await box.startWithLists()
            try await box.play("tap reader0 \(LiveBox.goodCard) green\ntap reader0 \(LiveBox.unknownCard) red")
            try await box.until("the log is kept apart") { refused($0) == 1 && $0["outbox"]?["records"]?.int == 0 }
            let tries = platform.requests("card_check_log").filter { $0.fields["card_id"] == LiveBox.goodCard }
            #expect(tries.count == 3 && Set(tries.map(\.requestID)).count == 1)
            #expect(platform.requests("card_check_log").contains { $0.fields["card_id"] == LiveBox.unknownCard })

            // What the box means to write may wait for 200 ms, and is in the status already; the next heartbeats have come since.
            _ = try await platform.heartbeats(2)
            try await box.restart()
            try await box.until("it knows of it") { refused($0) == 1 }
            let listed = try await box.validatorctl("outbox", "refused")
            for text in [LiveBox.goodCard, "log", "9", "没有此卡"] { #expect(listed.contains(text)) }
            #expect(!listed.contains("booking"))
            let records = try JSONValue(parsing: try await box.validatorctl("outbox", "refused", "--json"))["records"]?.array
            #expect(records?.count == 1 && records?.first?["log_id"]?.string == tries.first?.requestID)
            #expect(try await box.validatorctl("outbox", "export").contains(tries.first?.requestID ?? "?"))
            _ = try await platform.heartbeats(2)
            #expect(platform.requests("card_check_log").count(where: { $0.fields["card_id"] == LiveBox.goodCard }) == 3)

            platform.restore("card_check_log")
            #expect(try await box.validatorctl("outbox", "retry").contains("1 records are back in the queue"))
            try await box.until("it was taken") { refused($0) == 0 && $0["outbox"]?["records"]?.int == 0 }
            let last = try #require(platform.requests("card_check_log").last)
            #expect(last.requestID == tries.first?.requestID && last.fields["time"] == tries.first?.fields["time"])
            #expect(try await box.validatorctl("outbox", "refused").contains("no record is refused"))
            #expect(platform.requests("card_check").count == 1)
        }
    }

    @Test("a final code is kept apart at once, and an accepted code counts as taken")
    func configuredCodes() async throws {
        let platform = try ScriptedPlatform()
        platform.answer("card_check") { _ in .refusal(77, "balance too low") }
        platform.answer("card_check_log") { _ in .refusal(88, "known already") }
        let options = LiveBox.Options(outbox: "backoff_max_s = 1\nfinal_codes = [77]\naccepted_codes = [88]")
        try await LiveBox.run(platform, options) { box in
            try await box.startWithLists()
            try await box.play("tap reader0 \(LiveBox.goodCard) green")
            try await box.until("one is taken and one kept apart") { refused($0) == 1 && $0["outbox"]?["records"]?.int == 0 }
            _ = try await platform.heartbeats(2)
            #expect(platform.requests("card_check").count == 1 && platform.requests("card_check_log").count == 1)
            let listed = try JSONValue(parsing: try await box.validatorctl("outbox", "refused", "--json"))["records"]?.array ?? []
            #expect(listed.map { $0["refused"] } == [["booking"]])
            #expect(listed.map { $0["refusal_code"] } == [77])
        }
    }

    @Test("a platform that cannot answer does not refuse: records wait for it as long as it takes")
    func failing() async throws {
        let platform = try ScriptedPlatform()
        for call in ["card_check", "card_check_log"] { platform.answer(call) { _ in .html("sorry", status: 503) } }
        let options = LiveBox.Options(outbox: "backoff_max_s = 1\nmax_refusals = 1")
        try await LiveBox.run(platform, options) { box in
            try await box.startWithLists()
            try await box.play("tap reader0 \(LiveBox.goodCard) green")
            _ = try await eventually("five tries") { platform.requests("card_check", "card_check_log").count >= 5 }
            let status = try box.status()
            #expect(refused(status) == 0 && status["outbox"]?["records"]?.int == 2)
            for call in ["card_check", "card_check_log"] { platform.restore(call) }
            try await box.untilDelivered()
            #expect(Set(platform.requests("card_check", "card_check_log").map(\.requestID)).count == 2)
        }
    }
}
