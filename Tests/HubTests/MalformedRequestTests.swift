import JSON
import TestSupport
import Testing

@testable import HubDomain
@testable import validator_hub

struct MalformedRequestTests {
    @Test("a body that is no JSON object is answered with 400", arguments: ["", "{", "[]", "\"text\"", "{\"a\":", "\u{0}"])
    func notJSON(body: String) async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            let reply = try await hub.post("card_check", body: Array(body.utf8), type: "application/json")
            #expect(reply.status == 400)
            #expect(reply.code == ReturnCode.malformedBody.rawValue)
        }
    }

    @Test(
        "a field that is missing or wrong is named, of a question, and of a log that shows no rider at all",
        arguments: [
            ("card_check", "card_id=AA&time=260803074500&check_mode=0", "device_id"),
            ("card_check_log", "device_id=V&time=260803074500", "card_id"),
            ("card_check", "device_id=V&card_id=AA&check_mode=0", "time"),
            ("card_check", "device_id=V&card_id=AA&time=yesterday&check_mode=0", "time"),
            ("card_check", "device_id=V&card_id=XYZ&time=260803074500&check_mode=0", "card_id"),
            ("card_check", "device_id=V&card_id=AA&time=260803074500&check_mode=7", "check_mode"),
            ("ticket_check", "device_id=V&qr_code=x&time=260803074500", "check_mode"),
            ("get_card_list", "device_id=V&token=x&type=3", "type"),
            ("get_token", "app_id=", "device_id"),
            ("card_check", "device_id=V%0AW&card_id=AA&time=260803074500&check_mode=0", "device_id"),
        ])
    func wrongField(call: String, form: String, field: String) async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            let reply = try await hub.post(call, form: form)
            #expect(reply.status == 200)
            #expect(reply.code == ReturnCode.invalidField.rawValue)
            #expect(reply["ret_msg"]?.string?.hasPrefix(field) == true)
            #expect(try hub.records().isEmpty)
            #expect(try await hub.setAside().isEmpty)
        }
    }

    @Test("an unknown call is 404, and says which there are")
    func unknownCall() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            let reply = try await hub.post("card_chek", form: "")
            #expect(reply.status == 404)
            #expect(reply["ret_msg"]?.string?.contains("card_check") == true)
        }
    }

    @Test("a body that is too long is 413, and the next request is served")
    func tooLong() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder, { $0.maximumBodyBytes = 4096 }) { hub async throws in
            let reply = try await hub.post("card_check", body: Array(repeating: 0x20, count: 5000), type: "application/json")
            #expect(reply.status == 413)
            #expect(reply.code == ReturnCode.bodyTooLarge.rawValue)
            #expect(try await hub.get("healthz").status == 200)
        }
    }

    @Test("a ticket of several kilobytes is kept as it was scanned")
    func longTicket() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            let text = String(repeating: "Q🚌", count: 800)
            #expect(try await hub.scan("offline_qrcode_log", "1", text, ["status": 1]).code == 0)
            #expect(try hub.records().map(\.subject) == [text])
        }
    }
}
