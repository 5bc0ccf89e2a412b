import Base
import Foundation
import TestSupport
import Testing

@testable import validatorctl

@Suite("validatorctl enrol")
struct EnrolmentTests {
    private let folder = TemporaryFolder()
    private let good = #"{"secret":"0123456789abcdef","base_url":"https://h/api","url":"https://h/manage/v1"}"#

    private func reply(
        _ status: Int, _ body: String, retryAfter: Duration? = nil
    ) throws(ControlFailure) -> EnrolmentReply {
        try EnrolmentReply(status: status, body: Array(body.utf8), retryAfter: retryAfter, deviceID: "VLD1")
    }

    private func configuration(_ lines: String = "") throws -> String {
        try folder.write(
            "validator.toml", "# ours\n[device]\nid = \"VLD1\"\n[platform]\nbase_url = \"https://platform.example\"\n\(lines)")
    }

    @Test("takes from the hub a secret and where things are, and whatever else it says it leaves")
    func answer() throws {
        let reply = try reply(201, good)
        #expect(reply.secret == "0123456789abcdef" && reply.baseURL == "https://h/api")
        #expect(reply.managementURL == "https://h/manage/v1" && reply.ticketSecret == nil)
        #expect(try self.reply(200, good.dropLast() + #","ticket_secret":"t","new":1}"#).ticketSecret == "t")
    }

    @Test(
        "an answer that no box can live with is none",
        arguments: [
            "", "{}", "[]", #"{"secret":"short","base_url":"https://h","url":"https://h"}"#,
            #"{"secret":"0123456789 abcdef","base_url":"https://h","url":"https://h"}"#,
            #"{"secret":"0123456789\nabcdef","base_url":"https://h","url":"https://h"}"#,
            #"{"secret":"0123456789abcdef","url":"https://h"}"#,
        ])
    func uselessAnswer(body: String) {
        let error = #expect(throws: ControlFailure.self) { try reply(200, body) }
        #expect(error?.exitCode == 65)
        #expect(error?.description.contains("0123456789") == false)
    }

    @Test(
        "a hub that says no says what to do, and by its exit code whether to ask again",
        arguments: [
            (403, "urn:validator:code-unknown", 77, "check its letters"),
            (410, "urn:validator:code-used", 77, "was used already"),
            (410, "urn:validator:code-expired", 77, "has expired"),
            (403, "urn:validator:code-of-another-device", 77, "device.id"), (403, "urn:validator:new-reason", 77, "said so"),
            (429, "urn:validator:too-many-attempts", 75, "in 30 s"), (503, "", 75, "in 30 s"), (404, "", 64, "check it"),
        ] as [(Int, String, Int32, String)])
    func refusals(status: Int, type: String, code: Int32, advice: String) {
        let error = #expect(throws: ControlFailure.self) {
            try reply(status, #"{"type":"\#(type)","detail":"said so"}"#, retryAfter: .seconds(30))
        }
        #expect(error?.exitCode == code)
        #expect(error?.description.contains(advice) == true, "\(error?.description ?? "")")
    }

    @Test("puts secret, addresses and the tickets' secret in force at once, and keeps what was there")
    func install() throws {
        let file = try configuration("[tickets]\nskew_s = 5\n")
        try Enrolment(url: "https://h/manage/v1/", configurationFile: file)
            .install(reply(200, good.dropLast() + #","ticket_secret":"t"}"#))
        #expect(
            try folder.files == ["platform.authorization", "ticket.secret", "validator.toml", "validator.toml.previous"])
        let written = try String(contentsOfFile: file, encoding: .utf8)
        #expect(
            written == """
                # ours
                [device]
                id = "VLD1"
                [platform]
                authorization_file = "\(folder.path)/platform.authorization"
                base_url = "https://h/api"
                [tickets]
                secret_file = "\(folder.path)/ticket.secret"
                skew_s = 5
                [management]
                url = "https://h/manage/v1"

                """)
        for name in ["platform.authorization", "ticket.secret"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(name))
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
        #expect(try String(contentsOfFile: folder.path("platform.authorization"), encoding: .utf8) == "0123456789abcdef\n")
    }

    @Test("what validatord would not take is not put in force, before the code is spent or after", arguments: [true, false])
    func notTaken(isKnownBefore: Bool) throws {
        let file = try configuration()
        let before = try String(contentsOfFile: file, encoding: .utf8)
        let error = #expect(throws: ControlFailure.self) {
            // Plain http to another machine.
            let url = isKnownBefore ? "http://h/manage/v1" : "https://h/manage/v1"
            let enrolment = try Enrolment(url: url, configurationFile: file)
            try enrolment.install(reply(200, good.replacing("https://h/api", with: "http://h/api")))
        }
        #expect(error?.exitCode == 65)
        #expect(error?.description.contains("The code is spent") == !isKnownBefore)
        #expect(try folder.files == ["validator.toml"])
        #expect(try String(contentsOfFile: file, encoding: .utf8) == before)
    }

    @Test("a box that does not know what it is called cannot enrol")
    func nameless() throws {
        let file = try folder.write("validator.toml", "[platform]\nbase_url = \"https://h\"\n")
        let error = #expect(throws: ControlFailure.self) { try Enrolment(url: "https://h", configurationFile: file) }
        #expect(error?.description.contains("device.id") == true)
    }
}
