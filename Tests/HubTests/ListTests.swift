import Base
import Fares
import JSON
import TestSupport
import Testing

@testable import HubDomain
@testable import HubServices
@testable import validator_hub

struct ListTests {
    private func list(_ hub: TestHub, _ call: String = "get_card_list", type: Int? = 1) async throws -> TestHub.Reply {
        var body: JSONObject = ["req_id": "l", "device_id": "VLD1", "token": .string(try await hub.token())]
        body["type"] = type.map { .int($0) }
        return try await hub.post(call, json: .object(body))
    }

    private func cards(_ reply: TestHub.Reply) -> [String] {
        (reply["list"]?.array ?? []).map { ($0["flag"] == 1 ? "" : "-") + ($0["card_no"]?.string ?? "?") }
    }

    @Test("the full list holds every card, and its version is the heartbeat's")
    func full() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            try hub.database().adopt(entries("00065537", "-DEAD"))
            let reply = try await list(hub)
            #expect(reply.code == 0)
            #expect(reply["req_id"] == "l")
            #expect(reply["enterprise_id"] == "1")
            #expect(reply["time"]?.int != nil)
            #expect(cards(reply) == ["00065537", "-DEAD"])
            #expect(try await reply["version"] == hub.heartbeat()["version_code_all"])
        }
    }

    @Test("an import after the first is an increment: only what changed, under a version of its own")
    func increment() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            try hub.database().adopt(entries("01", "02"))
            #expect(cards(try await list(hub, type: 2)).isEmpty)
            try hub.database().adopt(entries("01", "-02", "03"))
            let heartbeat = try await hub.heartbeat()
            let reply = try await list(hub, type: 2)
            #expect(cards(reply) == ["-02", "03"])
            #expect(heartbeat["version_code_all"] == "1700000000")
            #expect(heartbeat["version_code_add"] == reply["version"])
            #expect(reply["version"] != "0")
            // Whoever fetches the full list has them, too.
            #expect(cards(try await list(hub)) == ["01", "-02", "03"])
        }
    }

    @Test("an import that changes nothing is no new version")
    func sameAgain() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            try hub.database().adopt(entries("01"))
            try hub.database().adopt(entries("01"))
            #expect(try await hub.heartbeat()["version_code_add"] == "0")
        }
    }

    @Test("a list that replaces is a new full list, and ends the increments")
    func replaced() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            try hub.database().adopt(entries("01"))
            let first = try await hub.heartbeat()["version_code_all"]
            try hub.database().adopt(entries("02"))
            try hub.database().adopt(entries("03"), replacing: true)
            let heartbeat = try await hub.heartbeat()
            #expect(heartbeat["version_code_all"] != first)
            #expect(heartbeat["version_code_add"] == "0")
            #expect(cards(try await list(hub)) == ["03"])
            #expect(cards(try await list(hub, type: 2)).isEmpty)
        }
    }

    @Test("a device fetches the list of its line; without a line, an empty one of version 0")
    func lines() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            try hub.database().adopt(entries("AA"), line: "26")
            try hub.database().adopt(entries("BB"), line: "71")
            let none = try await list(hub, "get_line_card_list", type: nil)
            #expect(cards(none).isEmpty)
            #expect(none["version"] == "0")
            try hub.database().set("VLD1", [.line: "71"])
            let reply = try await list(hub, "get_line_card_list", type: nil)
            #expect(cards(reply) == ["BB"])
            #expect(try await reply["version"] == hub.heartbeat()["line_version_code_all"])
        }
    }

    @Test("a long list arrives whole")
    func long() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            let numbers = (0..<20_000).map { "\(10_000_000 + $0)" }
            try hub.database().adopt(numbers.compactMap { CardNumber($0).map { CardListEntry(card: $0, isListed: true) } })
            #expect(cards(try await list(hub)) == numbers)
        }
    }

    @Test("lists and keys need a token that was given to the device and has not expired")
    func tokens() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            let body: JSONObject = ["device_id": "VLD1", "type": 1, "token": "guessed"]
            #expect(try await hub.post("get_card_list", json: .object(body)).code == ReturnCode.tokenRefused.rawValue)
            #expect(try await hub.post("get_qrcode_keys", form: "token=guessed").code == ReturnCode.tokenRefused.rawValue)
            let other = try await hub.token(of: "VLD2")
            let stolen = try await hub.post("get_card_list", form: "device_id=VLD1&type=1&token=\(other)")
            #expect(stolen.code == ReturnCode.tokenRefused.rawValue)
            #expect(stolen["list"] == nil)
            try hub.database().tokens.insert("old", .init(deviceID: "VLD1", expires: WallTime(seconds: 1_700_000_000)))
            #expect(try await hub.post("get_qrcode_keys", form: "token=old").code == ReturnCode.tokenRefused.rawValue)
        }
    }

    @Test("a token survives a restart")
    func tokenAfterRestart() async throws {
        let folder = TemporaryFolder()
        var token = ""
        try await TestHub.run(in: folder) { token = try await $0.token() }
        try await TestHub.run(in: folder) { hub async throws in
            #expect(try await hub.post("get_qrcode_keys", form: "token=\(token)").code == 0)
        }
    }

    @Test("a token is given for the right application id and secret only")
    func credentials() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder, { ($0.policy.appID, $0.policy.secret) = ("bus", Array("s3cret".utf8)) }) {
            hub async throws in
            let right = try await hub.post("get_token", form: "device_id=VLD1&app_id=bus&secret=s3cret")
            #expect(right["expires_in"] == 3600)
            for wrong in ["app_id=bus", "app_id=bus&secret=s3cres", "app_id=car&secret=s3cret"] {
                let reply = try await hub.post("get_token", form: "device_id=VLD1&\(wrong)")
                #expect(reply.code == ReturnCode.credentialsRefused.rawValue)
                #expect(reply["token"] == nil)
            }
        }
    }

    @Test("the keys in force are handed out, and the device is known to hold them")
    func keys() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            try hub.database().adopt(keys: [.init(id: 1, text: "a84a6ce9"), .init(id: 4, text: "c7da847c")], at: 9)
            let reply = try await hub.post("get_qrcode_keys", json: ["token": .string(try await hub.token())])
            #expect(reply["version_code"] == "9")
            #expect(reply["list"] == [["key_id": 1, "key": "a84a6ce9"], ["key_id": 4, "key": "c7da847c"]])
            #expect(try hub.database().devices.find("VLD1")?.versions.keys == "9")
        }
    }
}
