import ArgumentParser
import Base
import ControlProtocol
import Cryptography
import Fares
import Foundation
import TestSupport
import Testing

@testable import validatorctl

@Suite("codes explained without a running validatord")
struct TicketJudgeTests {
    private static let vectors = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../FaresTests/Transport/vectors.json")
    private static let ticket = Array("VT1AEAIAADFKNYAAAAAMVJ7CAACLAAQEAYEWVZR7XNG5I4AQSTN".utf8)
    private static let sealed = Array("VT1AEAIAADFKNYAAAAAMVJ7CAACLAAQEAYEKHR4VRCRBPBHIONF".utf8)
    private static let ticketTime = WallTime(seconds: 1_700_000_060)

    private struct Vectors: Decodable {
        struct Code: Decodable { var hex: String }
        var rootIndex: UInt8
        var privateKeys: [String: String]
        var codes: [Code]

        enum CodingKeys: String, CodingKey {
            case rootIndex = "ca_index"
            case privateKeys = "private_keys"
            case codes
        }
    }

    private let folder = TemporaryFolder()

    private func judge(
        configuration: String = "/nonexistent", roots: String? = nil, keys: String? = nil
    ) throws -> TicketJudge {
        try TicketJudge(
            configuration: configuration, mayBeMissing: configuration == "/nonexistent", rootsFile: roots, keysFile: keys)
    }

    @Test("by lines of ticket keys, or by what the platform answers")
    func keys() throws {
        let lines = try folder.write("keys", "# of the platform\n\n 1, a84a6ce9\r\n4,c7da847c\n")
        let reply = try folder.write(
            "reply.json",
            #"{"ret_code":0,"ret_msg":"","version_code":7,"list":[{"key_id":"1","key":"a84a6ce9"}]}"#)
        for (file, version) in [(lines, ""), (reply, "7")] {
            let report = try judge(keys: file).report(on: Self.ticket, at: Self.ticketTime)
            #expect(report.outcome == "accepted" && report.clock == "given" && report.time == Self.ticketTime)
            #expect(report.basis.keys == file && report.basis.keysVersion == version && report.basis.settings == nil)
            // Nobody was asked.
            #expect(report.standing == nil && report.isUsed == nil && report.isInServiceHours == nil)
        }
        #expect(try judge(keys: lines).report(on: Self.ticket, at: nil).reason == "ticket_expired")
        #expect(try judge(roots: transportRoots()).report(on: Self.ticket, at: Self.ticketTime).reason == "unknown_key")
    }

    @Test(
        "a file that holds no ticket keys is told with its line",
        arguments: [
            ("", "no key"), ("1;a84a6ce9", "line 1"), ("1,a84a6ce9\n256,a84a6ce9", "line 2"), ("{}", "ret_code"),
            (#"{"ret_code":5,"ret_msg":"no"}"#, "no keys"), ("\u{FEFF}x", "line 1"),
        ])
    func badKeys(content: String, what: String) throws {
        let file = try folder.write("keys", content)
        #expect {
            try judge(keys: file)
        } throws: { error in
            guard case ControlFailure.badData(let text) = error else { return false }
            return text.contains(what) && text.contains(file)
        }
    }

    private func transportRoots() throws -> String {
        let vectors = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: Self.vectors))
        let secret = try #require(bytes(ofHexadecimal: vectors.privateKeys["ca"] ?? ""))
        let root = try #require(SM2Key(bytes: secret))
        return try folder.write("roots", "\(vectors.rootIndex),\(hexadecimal(root.coordinates))\n")
    }

    @Test("by root keys, a published code of the transport ministry is accepted, whatever form it comes in")
    func roots() throws {
        let vectors = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: Self.vectors))
        let judge = try judge(roots: transportRoots())
        for code in vectors.codes {
            let raw = try #require(bytes(ofHexadecimal: code.hex))
            for payload in [raw, Array(code.hex.utf8), Array(Data(raw).base64EncodedString().utf8)] {
                let report = judge.report(on: payload, at: WallTime(seconds: 1_767_225_601))
                #expect(report.codec == "transport" && report.outcome == "accepted", "\(report.reason)")
                #expect(report.isText == (payload != raw) && !report.json.text.contains(code.hex.suffix(64)))
                #expect(report.field("card") == "****0001" || report.field("card")?.hasPrefix("****") == true)
            }
            #expect(judge.report(on: raw, at: nil).outcome == "refused")
        }
        let damaged = try folder.write("damaged", "1,00\n")
        #expect(throws: ControlFailure.badData("\(damaged): line 1: root key 1 has 1 bytes; X and Y are 64")) {
            try self.judge(roots: damaged)
        }
        #expect(throws: ControlFailure.self) { try self.judge(roots: "/nonexistent") }
    }

    @Test("by the settings of the configuration: secret, terms, what becomes of unknown codes, masking, root keys")
    func settings() throws {
        let secret = try folder.write("secret", "provisioning secret\n")
        let keys = try folder.write("keys", "1,a84a6ce9\n")
        func configuration(_ text: String) throws -> String {
            try folder.write("validator.toml", "[device]\nid = \"x\"\n\(text)")
        }
        let file = try configuration("[tickets]\nsecret_file = \"\(secret)\"\nunknown = \"refuse\"\n[log]\nmask_cards = false\n")
        let judge = try judge(configuration: file, keys: keys)
        let report = judge.report(on: Self.sealed, at: Self.ticketTime)
        #expect(report.outcome == "accepted" && report.basis.settings == file && report.field("card") == "00065537")
        #expect(judge.report(on: Self.ticket, at: Self.ticketTime).reason == "forged_ticket")
        #expect(
            judge.report(on: [0x41], at: nil).unknown == "refuse"
                && judge.report(on: [0x41], at: nil).reason == "malformed_ticket")

        _ = try configuration("[tickets]\nsecret_file = \"/nonexistent\"\n")
        #expect(throws: ControlFailure.self) { try self.judge(configuration: file, keys: keys) }

        let roots = try transportRoots()
        _ = try configuration(
            "[tickets]\ntransport_roots_file = \"\(roots)\"\ntransport_issuers = [\"!99990001\"]\n")
        let vectors = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: Self.vectors))
        let denied = try self.judge(configuration: file, keys: keys).report(
            on: try #require(bytes(ofHexadecimal: vectors.codes[0].hex)), at: WallTime(seconds: 1_767_225_601))
        #expect(denied.reason == "issuer_not_accepted" && denied.basis.roots == roots)

        _ = try configuration("[tickets]\ncodecs = [\"vt1\"]\n")
        let unconfigured = try self.judge(configuration: file, roots: roots).report(
            on: try #require(bytes(ofHexadecimal: vectors.codes[0].hex)), at: nil)
        #expect(unconfigured.codec == nil && unconfigured.resembles == "transport" && unconfigured.unknown == "online")
    }

    @Test(
        "mistakes that concern codes are told with their lines, exit code 78; those of the rest are no business of it",
        arguments: [
            ("[tickets]\nskew_s = -1\n", "2: tickets.skew_s: "), ("[tickets]\ncodec = \"vt2\"\n", "2: tickets.codec: "),
            ("[tickets]\nskew = 5\n", "2: tickets.skew: is unknown"), ("tickets = 3\n", "1: tickets: must be a table"),
            ("[tickets\n", "1: "), ("[tickets]\nsecret_file = 3\n", "2: tickets.secret_file: "),
            ("[log]\nmask_cards = 7\n", "2: log.mask_cards: "), ("[tickets]\nunknown = \"x\"\n", "2: tickets.unknown: "),
            ("[device]\nid = 3\n[log]\nlevel = \"x\"\n[tickets]\nbinary_as = \"hex\"\n", nil),
            ("[tickets]\nsecret_file = \"/nonexistent\"\n", nil),
        ] as [(String, String?)])
    func mistakes(text: String, mistake: String?) throws {
        let file = try folder.write("validator.toml", text)
        let roots = try transportRoots()
        guard let mistake else {
            #expect(try judge(configuration: file, roots: roots).report(on: [0x41], at: nil).basis.settings == file)
            return
        }
        let failure = #expect(throws: ControlFailure.self) { try self.judge(configuration: file, roots: roots) }
        #expect(
            failure?.exitCode == 78 && failure?.description.contains("\(file):\(mistake)") == true,
            "\(failure?.description ?? "")")
    }

    @Test("a configuration that is named must be there; the usual one need not")
    func missingConfiguration() throws {
        let roots = try transportRoots()
        let failure = #expect(throws: ControlFailure.self) {
            try TicketJudge(configuration: "/nonexistent", rootsFile: roots, keysFile: nil)
        }
        #expect(failure == .cannotRead("cannot read /nonexistent: No such file or directory"))
        #expect(try judge(roots: roots).report(on: [0x41], at: nil).basis.settings == nil)
    }

    @Test("to be root is advised only where that helps")
    func advice() {
        let failure = #expect(throws: ControlFailure.self) { try WholeFile.read("/nonexistent/roots", limit: 10) }
        #expect(failure == .cannotRead("/nonexistent/roots cannot be read: No such file or directory"))
    }

    @Test(
        "a moment is read as ISO 8601 has it, with its zone",
        arguments: [
            ("2026-03-01T07:45:00Z", 1_772_351_100_000), ("2026-03-01T07:45Z", 1_772_351_100_000),
            ("2026-03-01 15:45:00.5+08:00", 1_772_351_100_500), ("2026-03-01T15:45:00,1239+0800", 1_772_351_100_123),
            ("2026-03-01t02:45:00-05", 1_772_351_100_000),
            ("2026-03-01T07:45:00", nil), ("2026-02-30T07:45:00Z", nil), ("2026-03-01", nil), ("now", nil), ("", nil),
            ("2026-03-01T07:45:00+99:00", nil), ("２026-03-01T07:45:00Z", nil), ("2026-03-01T07:45:00Z ", nil),
        ] as [(String, Int64?)])
    func moments(text: String, milliseconds: Int64?) {
        #expect(WallTime(iso8601: text)?.milliseconds == milliseconds)
    }

    @Test("a line end behind a text is not part of it; of bytes every one is")
    func input() throws {
        #expect(TicketInput.withoutLineEnd(Array("VT1\n".utf8)) == Array("VT1".utf8))
        #expect(TicketInput.withoutLineEnd(Array("VT1\r\n".utf8)) == Array("VT1".utf8))
        #expect(TicketInput.withoutLineEnd(Array("VT1\n\n".utf8)) == Array("VT1\n".utf8))
        #expect(TicketInput.withoutLineEnd(Array("VT1\r".utf8)) == Array("VT1\r".utf8))
        #expect(TicketInput.withoutLineEnd([0x81, 0x0A]) == [0x81, 0x0A])
        let vectors = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: Self.vectors))
        for code in vectors.codes.compactMap({ bytes(ofHexadecimal: $0.hex) }) {
            #expect(TicketInput.withoutLineEnd(code) == code)
            #expect(TicketInput.withoutLineEnd(code + [0x0A]) == code && TicketInput.withoutLineEnd(code + [0x0D, 0x0A]) == code)
            #expect(TicketInput.withoutLineEnd(code + [0x0A, 0x0A]) == code + [0x0A, 0x0A])
            // A code may end in the byte of a line end.
            let ending = code.dropLast() + [0x0A]
            #expect(TicketInput.withoutLineEnd(Array(ending)) == Array(ending))
            #expect(TicketInput.withoutLineEnd(ending + [0x0A]) == Array(ending))
            let returning = code.dropLast() + [0x0D]
            #expect(TicketInput.withoutLineEnd(returning + [0x0A]) == Array(returning))
        }
        #expect(throws: ControlFailure.self) { try TicketInput.hexadecimal("0g") }
        #expect(throws: ControlFailure.self) { try TicketInput.checked([]) }
        #expect(throws: ControlFailure.self) { try TicketInput.checked(Array(repeating: 0x41, count: 7090)) }
    }

    @Test(
        "what cannot be asked",
        arguments: [
            ["x", "--hex", "00"], ["x", "--at", "today"], ["--at", "2026-03-01T07:45:00Z"], ["--roots", "f"], ["--keys", "f"],
        ])
    func usage(arguments: [String]) {
        #expect(throws: (any Error).self) { try ValidatorControl.parseAsRoot(["ticket"] + arguments) }
    }

    @Test("a dash is standard input, and no option", arguments: [["-"], ["-", "--json"], ["--hex", "00"], [], ["VT1X"]])
    func dash(arguments: [String]) throws {
        let command = try #require(try ValidatorControl.parseAsRoot(["ticket"] + arguments) as? TicketCommand)
        #expect(command.text == arguments.first { !$0.hasPrefix("--") && $0 != "00" })
    }

    @Test("as people read it")
    func rendering() throws {
        let keys = try folder.write("keys", "1,a84a6ce9\n")
        var report = try judge(keys: keys).report(on: Self.ticket, at: Self.ticketTime)
        report.basis.keys = "/keys"
        #expect(
            Rendering.ticket(report) == """
                codec  vt1
                form   text, 51 bytes

                fields
                  key_id      1
                  kind        single_ride
                  card        ****5537
                  valid_from  2023-11-14T22:13:20.000Z
                  valid_to    2023-11-14T22:23:20.000Z
                  nonce       01020304

                checks
                  PASS  form     VT1 and 48 letters and digits of base32; here 51 bytes
                  PASS  key      key 1; 1 of ours have that id
                  PASS  seal     the last 10 bytes, by that key
                  PASS  start    valid from 2023-11-14T22:13:20.000Z
                  PASS  end      valid to 2023-11-14T22:23:20.000Z

                card               not held against any list
                used before        not known
                service hours      not known
                judged for         2023-11-14T22:14:20.000Z (clock: given)
                by settings of     no file: defaults
                by root keys of    none
                by ticket keys of  /keys
                verdict            accepted
                """)
        let unknown = try judge(keys: keys).report(on: Array("TX1".utf8), at: Self.ticketTime)
        #expect(Rendering.ticket(unknown).contains("tickets.unknown  online: the platform is asked; without it refused"))
        #expect(Rendering.ticket(unknown).contains("verdict            refused: platform_unreachable"))
        #expect(Rendering.ticket(TicketReport()).contains("codec            none knows it"))
        (report.basis.roots, report.basis.rootsVersion) = (TicketReport.Basis.box, "0011223344556677")
        (report.basis.keys, report.basis.keysVersion) = (TicketReport.Basis.box, "2")
        #expect(Rendering.ticket(report).contains("this box (set 0011223344556677)"))
        #expect(Rendering.ticket(report).contains("this box (group version 2)"))
        report.basis.rootsVersion = ""
        #expect(Rendering.ticket(report).contains("by root keys of    this box, which has none"))
    }

    @Test(
        "what was answered at the time stands beside the verdict, and where it contradicts that, so it is told",
        arguments: [
            ("accepted", "ok", "online", "accepted, online", true), ("repeated", "ok", "offline", "repeated: ok, offline", true),
            ("refused", "refused_by_platform", "online", "refused: refused_by_platform, online", false),
        ])
    func answered(outcome: String, reason: String, mode: String, text: String, isContradiction: Bool) {
        var report = TicketReport()
        (report.outcome, report.reason) = ("refused", "ticket_used")
        var answered = TicketReport.Answer()
        (answered.outcome, answered.reason, answered.mode) = (outcome, reason, mode)
        report.answered = answered
        let lines = Rendering.ticket(report).split(separator: "\n").map(String.init)
        #expect(lines.contains { $0.hasPrefix("answered at the time") && $0.hasSuffix(text) })
        #expect(lines.last?.contains("the rider got the answer") == isContradiction)
    }

    @Test(
        "root keys are listed with their end, with a warning from 60 days before",
        arguments: [
            (nil, "index 3, without an end"), ("2024-02", "index 3, to the end of 2024-02"),
            ("2023-12", "index 3, to the end of 2023-12: WARNING, ends soon"),
            ("2023-10", "index 3, to the end of 2023-10: WARNING, has ended"), ("later", "index 3, to the end of later"),
        ] as [(String?, String)])
    func rootKeys(end: String?, line: String) {
        var keys = StatusReport.Keys()
        var root = StatusReport.Root()
        (root.index, root.end) = (3, end)
        (keys.roots.version, keys.roots.keys) = ("0011223344556677", [root])
        let text = Rendering.keys(keys, at: WallTime(seconds: 1_700_000_000))
        #expect(text.contains("root keys         set 0011223344556677"))
        #expect(
            text.split(separator: "\n").contains {
                $0.drop { $0 == " " }.hasPrefix(line) && $0.contains("WARNING") == line.contains("WARNING")
            })
    }
}
