import Foundation
import TestSupport
import Testing

@Suite("The platform's token", .timeLimit(.minutes(10)))
struct PlatformTokenTests {
    /// Calls that need a token are refused unless they have `current`; a fetched token is the current one.
    private func renewing(_ script: inout PlatformScript) {
        for call in ["get_card_list", "get_line_card_list", "get_qrcode_keys"] {
            script.overrides[call] = { request, script in
                request.fields["token"] == script.token ? nil : .refusal(2002, "token \(request.fields["token"] ?? "") expired")
            }
        }
    }

    @Test("a token is fetched once, used for all calls, and fetched anew once when the platform refuses it")
    func refusedToken() async throws {
        let platform = try ScriptedPlatform()
        platform.change { renewing(&$0) }
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            #expect(platform.requests("get_token").count == 1)
            let before = platform.requests().count
            platform.change {
                $0.token = "second-token"
                $0.cards = .init(version: "101", cards: [LiveBox.otherGoodCard: 1])
            }
            try await box.until("the new list is in force") { $0["lists"]?["cards"]?["version"] == "101" }
            let calls = platform.requests().dropFirst(before).filter { $0.call != "location_report" }
            #expect(calls.map(\.call) == ["get_card_list", "get_token", "get_card_list"])
            #expect(calls.map(\.fields["token"]) == ["first-token", nil, "second-token"])
        }
    }

    @Test("a platform that refuses every token is not asked again and again, and the list stays")
    func alwaysRefused() async throws {
        let platform = try ScriptedPlatform()
        try await LiveBox.run(platform) { box in
            try await box.startWithLists()
            platform.change { $0.cards = .init(version: "101", cards: [:]) }
            platform.answer("get_card_list") { _ in .refusal(2002) }
            let before = platform.requests().count
            try await box.untilLogged("full card list refused: 2002")
            _ = try await platform.heartbeats(2)
            let calls = platform.requests().dropFirst(before).filter { $0.call != "location_report" }.map(\.call)
            // Each try, after a pause, costs one fresh token and two calls at most; one may be under way.
            let tries = box.log.split(separator: "\n").count { $0.contains("full card list refused: 2002") } + 1
            #expect(calls.count { $0 == "get_token" } <= tries)
            #expect(calls.count { $0 == "get_card_list" } <= 2 * tries)
            try await box.play("tap reader0 \(LiveBox.goodCard) green")
        }
    }

    @Test("no token and no secret is ever in the log or in what the control socket tells, not even at the lowest level")
    func neverTold() async throws {
        let platform = try ScriptedPlatform()
        platform.change { script in
            renewing(&script)
            script.token = "hush-one"
        }
        let folder = TemporaryFolder()
        let secret = try folder.write("secret", "hush-secret")
        let options = LiveBox.Options(
            platform: "[platform.token]\napp_id = \"the-app\"\nsecret_file = \"\(secret)\"")
        try await LiveBox.run(platform, in: folder, options) { box in
            try await box.startWithLists()
            let asked = try #require(platform.requests("get_token").first)
            #expect(asked.fields["secret"] == "hush-secret" && asked.fields["app_id"] == "the-app")
            platform.change {
                $0.token = "hush-two"
                $0.cards = .init(version: "101", cards: [LiveBox.goodCard: 1])
                $0.overrides["get_line_card_list"] = { _, _ in .html("<html>hush</html>", status: 500) }
                $0.line.version = "5"
            }
            try await box.until("the new list is in force") { $0["lists"]?["cards"]?["version"] == "101" }
            try await box.untilLogged("line card list")
            let told = try box.log + box.status().text + (await box.validatorctl("status"))
            #expect(!told.contains("hush"))
        }
    }

    @Test("a fixed token is sent as it stands in its file, and none is fetched")
    func fixed() async throws {
        let platform = try ScriptedPlatform()
        let folder = TemporaryFolder()
        let file = try folder.write("token", "fixed-token\n")
        let options = LiveBox.Options(platform: "[platform.token]\nkind = \"static\"\nvalue_file = \"\(file)\"")
        try await LiveBox.run(platform, in: folder, options) { box in
            try await box.startWithLists()
            #expect(platform.requests("get_card_list", "get_qrcode_keys").allSatisfy { $0.fields["token"] == "fixed-token" })
            #expect(platform.requests("get_token").isEmpty)
            #expect(!box.log.contains("fixed-token"))
        }
    }
}
