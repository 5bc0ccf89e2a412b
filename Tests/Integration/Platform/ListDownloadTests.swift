import Foundation
import JSON
import TestSupport
import Testing

@Suite("Lists on their way into force", .timeLimit(.minutes(10)))
struct ListDownloadTests {
    /// A reply to a list call that must change nothing.
    struct Fault: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var answer: @Sendable (PlatformAnswer) -> PlatformAnswer
    }

    private static func text(_ change: @escaping @Sendable (String) -> String) -> @Sendable (PlatformAnswer) -> PlatformAnswer {
        { PlatformAnswer(body: Array(change(String(decoding: $0.body, as: UTF8.self)).utf8)) }
    }

    static let faults = [
        Fault(testDescription: "cut off in the middle of a row") { $0.cut(after: $0.body.count - 20) },
        Fault(testDescription: "cut off before its first byte") { $0.cut(after: 0) },
        Fault(testDescription: "ends in the middle, but as announced", answer: text { String($0.dropLast(20)) }),
        Fault(testDescription: "malformed", answer: text { $0.replacing("\"flag\":", with: "\"flag\" ") }),
        Fault(testDescription: "a flag that is neither 0 nor 1", answer: text { $0.replacing("\"flag\":1", with: "\"flag\":2") }),
        Fault(testDescription: "without its version", answer: text { $0.replacing("\"version\"", with: "\"edition\"") }),
        Fault(testDescription: "without its list", answer: text { $0.replacing("\"list\"", with: "\"cards\"") }),
        Fault(testDescription: "ret_code not 0", answer: text { $0.replacing("\"ret_code\":0", with: "\"ret_code\":12") }),
        Fault(testDescription: "HTTP 500") { .init(status: 500, body: $0.body) },
        Fault(testDescription: "a page") { _ in .html("<html>login</html>") },
        Fault(testDescription: "empty") { _ in PlatformAnswer(body: []) },
    ]

    @Test("a full list that is not whole changes nothing, not after kill -9 either; the next is taken", arguments: faults)
    func faultyFull(fault: Fault) async throws {
        let platform = try ScriptedPlatform()
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            platform.change { script in
                script.cards = .init(version: "101", cards: [LiveBox.otherGoodCard: 1])
                script.overrides["get_card_list"] = { request, script in
                    script.overrides["get_card_list"] = nil
                    let good = script.answer(request)
                    script.overrides["get_card_list"] = { _, _ in fault.answer(good) }
                    return fault.answer(good)
                }
            }
            try await box.untilLogged("the old one stays in force")
            #expect(try box.status()["lists"]?["cards"]?["version"] == "100")
            try await box.play("tap reader0 \(LiveBox.goodCard) green\ntap reader0 \(LiveBox.otherGoodCard) red")
            try await box.restart()
            try await box.until("the reader works") { $0["readers"]?.array?.first?["state"] == "ready" }
            #expect(try box.status()["lists"]?["cards"]?["version"] == "100")
            try await box.play("tap reader0 \(LiveBox.goodCard) green")

            platform.change { script in
                script.cards.version = "102"
                script.overrides["get_card_list"] = nil
            }
            try await box.until("the good list is in force") { $0["lists"]?["cards"]?["version"] == "102" }
            try await box.play(
                """
                \(LiveBox.pause)
                tap reader0 \(LiveBox.goodCard) red
                tap reader0 \(LiveBox.otherGoodCard) green
                """)
        }
    }

    @Test("a line's list admits whom it names, blocks nobody, and stays when the next one is cut off")
    func line() async throws {
        let platform = try ScriptedPlatform()
        platform.change {
            $0.cards.cards[LiveBox.otherGoodCard] = 1
            $0.line = .init(version: "7", cards: [LiveBox.goodCard: 1, LiveBox.otherGoodCard: 0])
            $0.heartbeat["is_line_white"] = 1
        }
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            try await box.until("the line's list is in force") { $0["lists"]?["line"]?["version"] == "7" }
            try await box.play("tap reader0 \(LiveBox.goodCard) green\ntap reader0 \(LiveBox.otherGoodCard) red")
            #expect(try box.control("taps")["taps"]?.array?.last?["reason"] == "not_on_line_list")
            platform.change { script in
                script.line = .init(version: "8", cards: [:])
                script.overrides["get_line_card_list"] = { _, _ in PlatformAnswer(body: Array("{\"ret_code\":0".utf8)) }
            }
            try await box.untilLogged("the old one stays in force")
            try await box.restart()
            try await box.until("the reader works") { $0["readers"]?.array?.first?["state"] == "ready" }
            #expect(try box.status()["lists"]?["line"]?["version"] == "7")
            try await box.play("tap reader0 \(LiveBox.goodCard) green")
        }
    }

    @Test("new ticket keys are fetched once their version is named; the old ones are kept, and a bad reply changes nothing")
    func keys() async throws {
        let platform = try ScriptedPlatform()
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            platform.change { script in
                script.keyVersion = 2
                script.overrides["get_qrcode_keys"] = { _, _ in .json(["ret_code": 0, "ret_msg": "", "list": []]) }
            }
            try await box.untilLogged("ticket keys")
            try await box.untilLogged("the old one stays in force")
            #expect(try box.status()["lists"]?["keys"]?["version"] == "1")
            platform.change { script in
                script.overrides["get_qrcode_keys"] = nil
                script.keyVersion = 3
                script.keys = [5: "c797cd9a", 6: "c7da847c"]
            }
            let status = try await box.until("the new keys are in force") { $0["lists"]?["keys"]?["version"] == "3" }
            #expect(status["lists"]?["keys"]?["ids"] == [5, 6])
            #expect(status["lists"]?["keys"]?["previous_version"] == "1")
        }
    }

    private static func large(_ version: String) -> PlatformScript.List {
        let cards = (0..<1200).map { ("05" + String(100_000 + $0), 1) }
        return .init(version: version, cards: Dictionary(uniqueKeysWithValues: cards).merging([LiveBox.goodCard: 1]) { $1 })
    }

    @Test("a full list that would drop nearly all cards is held back, and adopted when the next heartbeat names it again")
    func implausible() async throws {
        let platform = try ScriptedPlatform()
        platform.change { $0.cards = Self.large("200") }
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            platform.change { $0.cards = .init(version: "201", cards: [LiveBox.otherGoodCard: 1]) }
            try await box.untilLogged("kept the old one")
            try await box.until("it was confirmed") { $0["lists"]?["cards"]?["version"] == "201" }
            #expect(platform.requests("get_card_list").count == 3)
            try await box.play("tap reader0 \(LiveBox.goodCard) red\ntap reader0 \(LiveBox.otherGoodCard) green")
        }
    }

    @Test("a full list that would drop nearly all cards is never adopted when the platform thinks better of it")
    func implausibleMistake() async throws {
        let platform = try ScriptedPlatform()
        platform.change { $0.cards = Self.large("200") }
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            platform.change { script in
                script.cards = .init(version: "201", cards: [:])
                script.overrides["get_card_list"] = { request, script in
                    script.overrides["get_card_list"] = nil
                    let empty = script.answer(request)
                    script.cards = Self.large("202")
                    return empty
                }
            }
            try await box.untilLogged("kept the old one")
            try await box.until("the corrected list is in force") { $0["lists"]?["cards"]?["version"] == "202" }
            #expect(!box.log.contains("full card list 201 in force"))
            try await box.play("tap reader0 \(LiveBox.goodCard) green")
        }
    }

    @Test("an increment changes the cards that it names, is durable, and is dropped with the next full list")
    func increment() async throws {
        let platform = try ScriptedPlatform()
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            platform.change { $0.increment = .init(version: "7", cards: [LiveBox.otherGoodCard: 1, LiveBox.goodCard: 0]) }
            try await box.until("the increment is in force") { $0["lists"]?["cards"]?["increment_version"] == "7" }
            try await box.play("tap reader0 \(LiveBox.goodCard) red\ntap reader0 \(LiveBox.otherGoodCard) green")
            try await box.restart()
            try await box.until("the reader works") { $0["readers"]?.array?.first?["state"] == "ready" }
            #expect(try box.status()["lists"]?["cards"]?["increment_version"] == "7")
            try await box.play("tap reader0 \(LiveBox.goodCard) red\ntap reader0 \(LiveBox.otherGoodCard) green")

            let before = platform.requests("get_card_list").count
            platform.change {
                $0.cards = .init(version: "101", cards: [LiveBox.goodCard: 1])
                $0.increment = .init(version: "8", cards: [LiveBox.unknownCard: 1])
            }
            try await box.until("both are in force") {
                $0["lists"]?["cards"]?["version"] == "101" && $0["lists"]?["cards"]?["increment_version"] == "8"
            }
            #expect(platform.requests("get_card_list").dropFirst(before).map(\.fields["type"]) == ["1", "2"])
            try await box.play(
                """
                \(LiveBox.pause)
                tap reader0 \(LiveBox.goodCard) green
                tap reader0 \(LiveBox.otherGoodCard) red
                tap reader0 \(LiveBox.unknownCard) green
                """)
        }
    }

    @Test("an increment that appears while the full list is under way waits for it; riders do not wait")
    func incrementDuringFull() async throws {
        let platform = try ScriptedPlatform()
        let gate = PlatformGate()
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            let before = platform.requests("get_card_list").count
            platform.change { script in
                script.cards = .init(version: "101", cards: [LiveBox.goodCard: 1])
                script.overrides["get_card_list"] = { request, script in
                    script.overrides["get_card_list"] = nil
                    script.increment = .init(version: "9", cards: [LiveBox.otherGoodCard: 1])
                    return script.answer(request).held(by: gate)
                }
            }
            _ = try await eventually("the full list is under way") { platform.requests("get_card_list").count > before }
            _ = try await platform.heartbeats(2)
            #expect(platform.requests("get_card_list").dropFirst(before).map(\.fields["type"]) == ["1"])
            try await box.play("tap reader0 \(LiveBox.goodCard) green\ntap reader0 \(LiveBox.blockedCard) red")
            gate.open()
            try await box.until("both are in force") {
                $0["lists"]?["cards"]?["version"] == "101" && $0["lists"]?["cards"]?["increment_version"] == "9"
            }
            #expect(platform.requests("get_card_list").dropFirst(before).map(\.fields["type"]) == ["1", "2"])
            try await box.play("tap reader0 \(LiveBox.otherGoodCard) green")
        }
    }

    @Test("a list whose version is never the one that heartbeats name is taken once, not in a loop")
    func versionNeverMatches() async throws {
        let platform = try ScriptedPlatform()
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            let before = platform.requests("get_card_list", "get_line_card_list").count
            platform.change { script in
                let heartbeat = script.heartbeatAnswer([
                    "version_code_all": "500", "version_code_add": "501", "line_version_code_all": "502",
                ])
                script.overrides["location_report"] = { _, _ in heartbeat }
                script.cards.version = "499"
                script.increment.version = "498"
                script.line.version = "497"
            }
            try await box.untilLogged("trying again in 10 minutes")
            _ = try await platform.heartbeats(4)
            let calls = platform.requests("get_card_list", "get_line_card_list").dropFirst(before)
            #expect(calls.count(where: { $0.fields["type"] == "1" }) == 1)
            #expect(calls.count <= 3)
        }
    }

    @Test("a platform whose two halves name two versions in turn does not make the box download for ever")
    func alternatingVersions() async throws {
        let platform = try ScriptedPlatform()
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            platform.change { script in
                script.overrides["location_report"] = { _, script in
                    script.cards.version = script.cards.version == "300" ? "301" : "300"
                    return nil
                }
            }
            let before = platform.requests("get_card_list").count
            _ = try await platform.heartbeats(9)
            #expect(platform.requests("get_card_list").count - before <= 4)
            try await box.play("tap reader0 \(LiveBox.goodCard) green")
        }
    }
}
