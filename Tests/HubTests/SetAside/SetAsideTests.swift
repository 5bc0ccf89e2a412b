import Base
import HubStore
import JSON
import PlatformAPI
import TestSupport
import Testing

@testable import HubDomain
@testable import HubServices
@testable import validator_hub

@Suite("A record of which nothing can be made")
struct SetAsideTests {
    struct Sent: Sendable, CustomTestStringConvertible {
        var call: String
        var form: String
        var reason: SetAsideReason

        init(_ call: String, _ form: String, _ reason: SetAsideReason) {
            (self.call, self.form, self.reason) = (call, form, reason)
        }

        var testDescription: String { "\(call) \(form)" }
    }

    /// V is registered, W is not.
    static let records = [
        Sent("card_check_log", "device_id=V&card_id=XYZ&time=260803074500", .cardUnreadable),
        Sent("card_check_log", "device_id=V&card_id=%EF%BC%A1%EF%BC%A1&time=260803074500", .cardUnreadable),
        Sent("card_check_log", "device_id=V&card_id=\(String(repeating: "1", count: 31))&time=260803074500", .cardUnreadable),
        Sent("card_check_log", "device_id=V&card_no=AA&time=260803074500", .subjectMissing),
        Sent("card_check_log", "device_id=V&qr_code=x&time=260803074500", .subjectMissing),
        Sent("offline_qrcode_log", "device_id=V&card_id=AA&time=260803074500", .subjectMissing),
        Sent("card_check_log", "device_id=V&card_id=AA", .timeMissing),
        Sent("offline_qrcode_log", "device_id=V&qr_code=%80%FF&time=", .timeMissing),
        Sent("card_check_log", "device_id=V&card_id=AA&time=yesterday", .timeUnreadable),
        Sent("card_check_log", "device_id=V&card_id=AA&time=99999999999999999999", .timeUnreadable),
        Sent("card_check_log", "device_id=V&card_id=AA&time=260803074500&status=7", .statusUnknown),
        Sent("offline_qrcode_log", "device_id=V&qr_code=x&time=260803074500&status=ok", .statusUnknown),
        Sent("card_check", "device_id=V&card_id=XYZ&time=260803074500", .cardUnreadable),
        Sent("card_check", "device_id=V&card_id=AA&check_mode=1", .timeMissing),
        Sent("ticket_check", "device_id=V&qr_code=x&check_mode=1&time=never", .timeUnreadable),
        Sent("card_check_log", "device_id=W&card_id=AA&time=260803074500", .unknownDevice),
        Sent("card_check", "device_id=W&card_id=AA&time=260803074500", .unknownDevice),
        Sent("ticket_check", "device_id=W&qr_code=x&check_mode=1&time=260803074500", .unknownDevice),
        Sent("card_check_log", "device_id=W&card_id=XYZ", .unknownDevice),
        Sent("card_check_log", "card_id=AA&time=260803074500", .deviceUnreadable),
        Sent("card_check_log", "device_id=V%0AW&card_id=AA&time=260803074500", .deviceUnreadable),
        Sent("card_check", "device_id=\(String(repeating: "7", count: 65))&card_id=AA&time=260803074500", .deviceUnreadable),
    ]

    @Test("is taken and put aside with its reason, once, and answered as any other", arguments: records)
    func taken(sent: Sent) async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder, { $0.policy.registersDevices = false }) { hub async throws in
            try hub.database().set("V", [:])
            let isTicket = sent.call == "ticket_check" || sent.call == "offline_qrcode_log"
            let good = try await hub.post(
                sent.call, form: "device_id=V&req_id=9&time=260803074500&check_mode=1&\(isTicket ? "qr_code=x" : "card_id=AA")")
            #expect(good.code == 0)
            for id in ["9", "01890a5d-ac96-774b-bcce-b302099a8057"] {
                for _ in 0..<2 {
                    let reply = try await hub.post(
                        sent.call, form: "\(sent.form)&req_id=\(id)&token=t0p-s3cret&app_secret=s3cret")
                    #expect(reply.status == 200 && reply.code == 0 && reply["req_id"]?.string == id)
                    #expect(reply["ret_msg"] == good["ret_msg"] && reply["sound_no"] == good["sound_no"])
                }
            }
            let aside = try await hub.setAside()
            #expect(aside.map(\.reason) == [sent.reason, sent.reason] && aside.map(\.duplicates) == [1, 1])
            #expect(aside.allSatisfy { !String(decoding: $0.body, as: UTF8.self).contains("s3cret") })
            #expect(try hub.records().count == 1)
        }
    }

    @Test(
        "is told from the next one by its words where its number is none, or is not its own",
        arguments: ["", "&req_id=1", "&req_id=\(String(repeating: "7", count: 65))"])
    func names(id: String) async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            for card in ["X", "Y", "X"] {
                #expect(
                    try await hub.post("card_check_log", form: "device_id=V&card_id=\(card)&time=260803074500\(id)").code == 0)
            }
            #expect(try await hub.setAside().map(\.duplicates) == [1, 0])
        }
    }

    @Test(
        "is refused where it is a question, whose answer would open a door, and where it is no record at all",
        arguments: [
            ("card_check", "device_id=V&card_id=XYZ&check_mode=0&time=260803074500", 1002),
            ("card_check", "device_id=V&card_id=AA&check_mode=7&time=260803074500", 1002),
            ("ticket_check", "device_id=V&qr_code=x&time=260803074500", 1002),
            ("card_check", "device_id=W&card_id=AA&check_mode=0&time=260803074500", 1003),
            ("card_check_log", "device_id=V&time=260803074500", 1002),
            ("card_check_log", "device_id=V&card_id=&time=260803074500", 1002),
            ("location_report", "device_id=V&card_id=AA", 1002), ("get_qrcode_keys", "card_id=AA", 1002),
            ("get_token", "device_id=W&card_id=AA", 1003),
        ])
    func refused(call: String, form: String, code: Int) async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder, { $0.policy.registersDevices = false }) { hub async throws in
            try hub.database().set("V", [:])
            #expect(try await hub.post(call, form: form).code == code)
            #expect(try await hub.setAside().isEmpty)
        }
    }

    @Test("keeps the whole of what was sent, numbers as they were written, but for what proves the sender")
    func body() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            let sent = #"""
                {"device_id":"V", "card_id":"?", 'time':123456789012345678901234567890, "x":{"Access-Token":[1,{"a":2}],"card":"AA","y":[1.50,null,true]},
                 "token":"t", "SECRET":{"b":"c"}, "app_id":"the-app", "z":"\u4e2d",}
                """#
            #expect(try await hub.post("card_check_log", body: Array(sent.utf8), type: "text/plain").code == 0)
            let aside = try #require(try await hub.setAside().first)
            #expect(
                String(decoding: aside.body, as: UTF8.self)
                    == #"{"device_id":"V","card_id":"?","time":123456789012345678901234567890,"x":{"card":"AA","y":[1.50,null,true]},"z":"中"}"#
            )
            let form = "device_id=V&card_id=%80+%26&time=x&token=t"
            #expect(try await hub.post("card_check_log", form: form).code == 0)
            #expect(try await hub.setAside().last?.body == Array("device_id=V&card_id=%80+%26&time=x".utf8))
        }
    }

    @Test("is none because the line of its device is not known")
    func unknownLine() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            try hub.database().set("VLD1", [.line: "99", .lineListRequired: "1"])
            #expect(try await hub.tap("card_check", "1", card: "AA", ["check_mode": 1, "line": "nowhere"]).code == 0)
            #expect(try await hub.tap("card_check_log", "2", card: "AA", ["status": 1]).code == 0)
            #expect(try await hub.tap("card_check", "3", card: "AA", ["check_mode": 0]).code == 3003)
            #expect(try hub.records().count == 3)
            #expect(try await hub.setAside().isEmpty)
        }
    }
}
