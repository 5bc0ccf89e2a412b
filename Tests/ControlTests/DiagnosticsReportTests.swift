import Base
import ControlProtocol
import Glibc
import JSON
import TestSupport
import Testing

@testable import validatorctl
@testable import validatord

@Suite("what a diagnostics report leaves out")
struct DiagnosticsReportTests {
    @Test(
        "card numbers and tickets keep their last four characters",
        arguments: [
            ("decision card=04A2B3C4 outcome=accepted", "decision card=****B3C4 outcome=accepted"),
            ("card=\"PQRSTUVWXY outcome=x\" a", "card=\"****me=x\" a"), ("card=****B3C4", "card=****B3C4"),
            ("card=12345678901234567890", "card=****7890"),
            ("uid 04a2b3c4d5e680 seen", "uid ****e680 seen"), ("decide_us=1234567", "decide_us=1234567"),
            ("VT1AEAIAADFKNYAAAAAMVJ7CAACLAAQEAYEWVZR7XNG5I4AQSTN!", "****QSTN!"),
            ("record=00112233445566778899aabbccddeeff", "record=00112233445566778899aabbccddeeff"),
            ("card=transport:****0001 outcome=x", "card=transport:****0001 outcome=x"),
            ("card=transport:31059999000000000001 x", "card=transport:****0001 x"),
            ("card=transport:#0123456789abcdef", "card=transport:#0123456789abcdef"),
            ("card=#0123456789abcdef", "card=#0123456789abcdef"), ("card=#12345678", "card=****5678"),
            ("no card #6222021234567890 here", "no card #****7890 here"),
            (
                "tickets: 1 root key (set 0011223344556677) is in force", "tickets: 1 root key (set 0011223344556677) is in force"
            ),
            ("set 6222021234567890", "set ****7890"),
            ("record=01a22d9c-4434-7f6b-8cdf-aa63f878bb97 x", "record=01a22d9c-4434-7f6b-8cdf-aa63f878bb97 x"),
            ("101a22d9c-4434-7f6b-8cdf-aa63f878bb97", "****2d9c-4434-7f6b-8cdf-****bb97"),
        ])
    func cards(text: String, expected: String) {
        #expect(Redaction.cardNumbers(in: text) == expected)
    }

    @Test(
        "secrets go, paths stay",
        arguments: [
            (#"base_url = "https://user:pw@host/hw""#, #"base_url = "https://****@host/hw""#),
            (#"base_url = "https://host/hw?key=abc""#, #"base_url = "https://host/hw?****""#),
            ("token=abc rest", "token=**** rest"), (#""password": "abc""#, #""password": "****""#),
            ("Authorization: Bearer abc", "Authorization: ****"),
            ("Authorization: Basic abc rest", "Authorization: **** rest"),
            ("no token:\nAuthorization: Bearer abc", "no token:\nAuthorization: ****"),
            (#"{"secret": "a \" b", "x": 1}"#, #"{"secret": "****", "x": 1}"#), ("pin = 'a b' rest", "pin = '****' rest"),
            (#"base_url = "https://user:p@w@host/hw""#, #"base_url = "https://****@host/hw""#),
            (#"secret_file = "/etc/validator/secret""#, #"secret_file = "/etc/validator/secret""#),
            (#"client_key = "/etc/validator/client.key""#, #"client_key = "/etc/validator/client.key""#),
        ])
    func secrets(text: String, expected: String) {
        #expect(Redaction.secrets(in: text) == expected)
    }

    @Test("of a configuration neither comments nor a command's words are shown")
    func configuration() {
        let text = """
            # the old password was hunter2
            [platform] # hunter3
            base_url = "http://host/#x"   # hunter4
            power_cycle_command = ["/usr/sbin/ipmi", "-P",   # hunter5
              "[hunter6]", 'hunter7']
            beeps = true
            """
        #expect(
            Redaction.configuration(text) == """
                [platform]
                base_url = "http://host/#x"
                power_cycle_command = ****
                beeps = true
                """)
    }

    @Test("of all that the daemon tells, nothing secret reaches the file, and what helps does")
    func planted() throws {
        let folder = TemporaryFolder()
        let stub = StubCommands()
        stub.history.append(.sample(card: "04A2B3C4D5"))
        stub.lines.append("decision reader=r0 card=04A2B3C4D5 outcome=accepted", level: .info, time: WallTime(seconds: 1))
        stub.lines.append("platform said token=s3cr3t", level: .info, time: WallTime(seconds: 1))
        stub.lines.append("gps: no fix", level: .warning, time: WallTime(seconds: 1))
        stub.path = try folder.write(
            "validatord.toml",
            "# hunter2\n[platform]\nbase_url = \"https://user:hunter3@host\"\n[platform.token]\nvalue_file = \"/etc/token\"\n")
        let report = DiagnosticsReport(at: WallTime(seconds: 1_700_000_000)) { request throws(ControlFailure) in
            let reply = try? JSONValue(parsing: stub.ask(String(decoding: request.line.dropLast(), as: UTF8.self)))
            guard let result = reply?["result"] else { throw .refused("\(reply?.text ?? "")") }
            return result
        }
        for secret in ["04A2B3C4D5", "s3cr3t", "hunter2", "hunter3"] { #expect(!report.text.contains(secret), "\(secret)") }
        for fact in ["VLD1", "****C4D5", "gps: no fix", "value_file = \"/etc/token\"", "== kernel", "== network", "== refused"] {
            #expect(report.text.contains(fact), "\(fact)")
        }
        let path = try report.write(to: folder.path, device: "VLD1", at: WallTime(seconds: 1_700_000_000))
        #expect(path == "\(folder.path)/validator-report-VLD1-1700000000.txt")
        #expect(Machine.text(of: path) == report.text)
        var status = stat()
        #expect(unsafe stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test("a report takes the place of a report, and of nothing else")
    func named() throws {
        let report = DiagnosticsReport(at: WallTime(seconds: 0)) { _ throws(ControlFailure) in
            throw .unreachable(socket: "/run/x", reason: "no such file")
        }
        let folder = TemporaryFolder()
        let database = try folder.write("outbox.db", "SQLite format 3")
        let failure = #expect(throws: ControlFailure.self) {
            try report.write(to: database, device: "V", at: WallTime(seconds: 0))
        }
        #expect(failure?.description.contains("is no report") == true)
        for _ in 0..<2 {
            #expect(throws: Never.self) { try report.write(to: folder.path("report"), device: "V", at: WallTime(seconds: 0)) }
        }
        #expect(throws: Never.self) { try report.write(to: "/dev/null", device: "V", at: WallTime(seconds: 0)) }
    }

    @Test("without a daemon there is still what the machine tells")
    func alone() {
        let report = DiagnosticsReport(at: WallTime(seconds: 0)) { _ throws(ControlFailure) in
            throw .unreachable(socket: "/run/x", reason: "no such file")
        }
        #expect(report.text.contains("not available: validatord is not reachable on /run/x"))
        #expect(report.text.contains("== kernel\nLinux version"))
    }
}
