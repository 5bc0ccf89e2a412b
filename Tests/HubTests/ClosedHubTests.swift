import Base
import Foundation
import HubDomain
import JSON
import TestSupport
import Testing

@testable import HubServices
@testable import HubStoreSQLite
@testable import validator_hub

@Suite("A hub that believes nobody without a proof")
struct ClosedHubTests {
    private let folder = TemporaryFolder()

    /// A hub as it is without a word in its configuration, where VLD1 and VLD2 have secrets and VLD3 has none.
    private func run(
        _ configure: (inout HubConfiguration) -> Void = { _ in }, _ body: (TestHub, HubDatabase) async throws -> Void
    ) async throws {
        try await TestHub.run(
            in: folder,
            { configuration in
                configuration.policy.authentication = .secret
                configuration.policy.registersDevices = false
                configure(&configuration)
            }
        ) { hub async throws in
            let database = try hub.database()
            for id in ["VLD1", "VLD2", "VLD3"] { try database.devices.insert(id, at: WallTime(seconds: 0)) }
            try database.devices.setSecret(Array("secret-of-vld1".utf8), of: "VLD1")
            try database.devices.setSecret(Array("secret-of-vld2".utf8), of: "VLD2")
            try await body(hub, database)
        }
    }

    /// Each of the nine calls once, as VLD1 makes them: name and answer.
    private func calls(_ hub: TestHub, token: String = "a-token-of-nobody") async throws -> [(String, TestHub.Reply)] {
        let list: JSONValue = ["device_id": "VLD1", "token": .string(token), "type": 1]
        return [
            ("location_report", try await hub.heartbeat()),
            ("card_check", try await hub.tap("card_check", "1", card: "AA", ["check_mode": 0])),
            ("card_check_log", try await hub.tap("card_check_log", "2", card: "AA", ["status": "1"])),
            ("ticket_check", try await hub.scan("ticket_check", "3", "VT1", ["check_mode": 0])),
            ("offline_qrcode_log", try await hub.scan("offline_qrcode_log", "4", "VT1", ["status": "1"])),
            ("get_card_list", try await hub.post("get_card_list", json: list)),
            ("get_line_card_list", try await hub.post("get_line_card_list", json: list)),
            ("get_token", try await hub.post("get_token", json: ["device_id": "VLD1", "app_id": ""])),
        ]
    }

    @Test("gives a stranger nothing, and takes nothing from him, whatever he says that he is")
    func stranger() async throws {
        try await run { hub, database async throws in
            for header in [nil, "Bearer wrong-secret", "Bearer secret-of-vld2", "Bearer ", "Basic secret-of-vld1"] as [String?] {
                let stranger = hub.saying(header.map { ["Authorization": $0] } ?? [:])
                for (call, reply) in try await calls(stranger) {
                    #expect(reply.status == 401 && reply.code == 2004, "\(call) with \(header ?? "nothing")")
                }
                #expect(try await stranger.post("get_qrcode_keys", json: ["token": "a-token-of-nobody"]).code == 2002)
            }
            #expect(try await hub.saying(["X-Client-Name": "VLD1"]).heartbeat().status == 401)
            #expect(try hub.records().isEmpty)
            #expect(try await hub.setAside().isEmpty)
            #expect(try database.devices.find("VLD1")?.lastHeartbeat == nil)
            #expect(try database.connection.integer("SELECT count(*) FROM tokens") == 0)
        }
    }

    @Test("tells a stranger nothing of what a call needs, and a device which field is wrong")
    func fields() async throws {
        try await run { hub, _ async throws in
            let calls = [
                ("location_report", "device_id=VLD1", 1002), ("card_check", "device_id=VLD1&check_mode=0&card_id=AA", 1002),
                ("card_check", "device_id=VLD1&card_id=AA", 0), ("card_check_log", "device_id=VLD1&card_id=XYZ", 0),
                ("ticket_check", "device_id=VLD1&qr_code=x", 1002), ("offline_qrcode_log", "device_id=VLD1&qr_code=x", 0),
                ("get_card_list", "device_id=VLD1&token=x&type=3", 1002), ("get_line_card_list", "device_id=VLD1", 1002),
                ("get_qrcode_keys", "device_id=VLD1", 1002),
            ]
            for (call, form, code) in calls {
                for header in [nil, "Bearer wrong", "Bearer secret-of-vld2"] as [String?] {
                    let reply = try await hub.saying(header.map { ["Authorization": $0] } ?? [:]).post(call, form: form)
                    #expect(reply.status == 401 && reply.code == 2004, "\(call) with \(header ?? "nothing")")
                }
                #expect(try await hub.post(call, form: form.replacing("device_id=VLD1", with: "x=y")).status == 401, "\(call)")
                #expect(
                    try await hub.saying(["Authorization": "Bearer secret-of-vld1"]).post(call, form: form).code == code,
                    "\(call)")
            }
            #expect(try await hub.setAside().map(\.key.deviceID) == ["VLD1", "VLD1", "VLD1"])
        }
    }

    @Test("serves a device that has its secret, without a word of app_id, and no other by it")
    func device() async throws {
        try await run({ $0.policy.appID = "the-app" }) { hub, _ async throws in
            let box = hub.saying(["Authorization": "Bearer secret-of-vld1"])
            let token = try await box.token()
            for (call, reply) in try await calls(box, token: token) {
                #expect(reply.status == 200 && (reply.code == 0 || call.hasSuffix("_check")), "\(call): \(reply.body.text)")
            }
            #expect(try await box.post("get_qrcode_keys", json: ["token": .string(token)]).status == 200)
            #expect(try await box.heartbeat(["device_id": "VLD2"]).status == 401)
            #expect(try await box.heartbeat(["device_id": "VLD3"]).status == 401)
            #expect(try await box.heartbeat(["device_id": "unheard of"]).status == 401)
            // A token is no secret: it opens nothing for whoever has read it.
            #expect(
                try await hub.post("get_card_list", json: ["device_id": "VLD1", "token": .string(token), "type": 1]).status == 401
            )
            #expect(try await hub.post("get_qrcode_keys", json: ["token": .string(token)]).status == 401)
        }
    }

    @Test("a device of another maker has a token that the operator set for its lists, and nothing else by it")
    func staticToken() async throws {
        let tokens = try StaticTokens(file: Array("VLD3 token-of-vld3\n* token-of-all\n".utf8))
        try await run({ $0.policy.staticTokens = tokens }) { hub, _ async throws in
            func list(_ token: JSONValue) -> JSONValue { ["device_id": "VLD3", "token": token, "type": 1] }
            #expect(try await hub.post("get_card_list", json: list("token-of-vld3")).code == 0)
            #expect(try await hub.post("get_qrcode_keys", json: ["token": "token-of-vld3"]).status == 200)
            #expect(try await hub.post("get_card_list", json: list("token-of-all")).status == 401)
            #expect(try await hub.heartbeat(["device_id": "VLD3"]).status == 401)
            let header = hub.saying(["Authorization": "Bearer token-of-vld3"])
            #expect(try await header.heartbeat(["device_id": "VLD3"]).code == 0)
            #expect(try await header.heartbeat().status == 401)
        }
    }

    @Test("where certificates are asked for, the word of a trusted proxy says whose it was", arguments: [true, false])
    func certificate(isTrusted: Bool) async throws {
        try await run({ configuration in
            configuration.policy.authentication = .certificate
            configuration.policy.registersDevices = true
            if !isTrusted { configuration.proxies = ["192.0.2.1"] }
        }) { hub, database async throws in
            let box = hub.saying(["X-Client-Name": "VLD3"])
            #expect(try await box.heartbeat(["device_id": "VLD3"]).status == (isTrusted ? 200 : 401))
            #expect(try await box.heartbeat().status == 401)
            #expect(try await hub.heartbeat(["device_id": "VLD3"]).status == 401)
            // One of our boxes needs no certificate.
            #expect(try await hub.saying(["Authorization": "Bearer secret-of-vld1"]).heartbeat().code == 0)
            // Whoever has a certificate may register himself where the operator lets him.
            #expect(
                try await hub.saying(["X-Client-Name": "VLD4"]).heartbeat(["device_id": "VLD4"]).status == (isTrusted ? 200 : 401)
            )
            #expect(try (database.devices.find("VLD4") != nil) == isTrusted)
        }
    }

    @Test("a device that is revoked is out at once, by whatever it proves itself")
    func revoked() async throws {
        try await run { hub, database async throws in
            let box = hub.saying(["Authorization": "Bearer secret-of-vld1"])
            let token = try await box.token()
            try database.devices.revoke("VLD1", at: WallTime(seconds: 1))
            for (call, reply) in try await calls(box, token: token) { #expect(reply.code == 2003, "\(call)") }
            #expect(try await box.post("get_qrcode_keys", json: ["token": .string(token)]).code == 2002)
            #expect(try await box.manage("devices/VLD1/rotate").status == 403)
            #expect(try hub.records().isEmpty)
        }
    }

    @Test("a ticket that is longer than any is kept, cut and put aside, and its request is answered as any other")
    func longTicket() async throws {
        try await run { hub, _ async throws in
            let box = hub.saying(["Authorization": "Bearer secret-of-vld1"])
            let ticket = String(repeating: "票", count: 2000)
            for _ in 0..<2 {
                #expect(try await box.scan("ticket_check", "1", ticket, ["check_mode": 0]).code == 3101)
                #expect(try await box.scan("ticket_check", "2", ticket, ["check_mode": 1]).code == 0)
                #expect(try await box.scan("offline_qrcode_log", "3", ticket, ["status": "1"]).code == 0)
            }
            let records = try hub.records()
            #expect(records.count == 3 && records.allSatisfy { $0.reason == .malformedTicket && $0.duplicates == 1 })
            #expect(records.allSatisfy { $0.subject == String(repeating: "票", count: 4096 / 3) })
        }
    }

    @Test("when the disk is nearly full, strangers are sent away, and known devices are served")
    func nearlyFull() async throws {
        try await run({ $0.minimumFreeBytes = .max }) { hub, _ async throws in
            let stranger = try await hub.heartbeat(["device_id": "VLD9"])
            #expect(stranger.status == 503 && stranger.code == 5001)
            #expect(try await hub.saying(["Authorization": "Bearer secret-of-vld1"]).heartbeat().code == 0)
        }
        try await TestHub.run(in: folder, { $0.minimumFreeBytes = .max }) { hub async throws in
            #expect(try await hub.heartbeat(["device_id": "VLD9"]).status == 503)
            #expect(try await hub.heartbeat().code == 0)
        }
    }
}
