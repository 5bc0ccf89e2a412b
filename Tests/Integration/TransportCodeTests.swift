import Base
import Fares
import Foundation
import JSON
import OperatingSystem
import TestSupport
import Testing

/// The real daemon, a scanner in HID-POS mode, and codes by keys that only the test has.
@Suite("The transport ministry's codes, from the scanner to the platform", .timeLimit(.minutes(10)))
struct TransportCodeTests {
    private let issuer = TransportIssuer()
    private static let blocked = "31059999000000000002"

    private func platform(isAsked: Bool = false) throws -> ScriptedPlatform {
        var script = PlatformScript()
        script.cards = PlatformScript.List(version: "100", cards: [TransportIssuer.card: 1, Self.blocked: 0])
        script.heartbeat["check_mode"] = isAsked ? 0 : 1
        return try ScriptedPlatform(script)
    }

    /// - Parameter tickets: lines of `[tickets]` beside the file of root keys.
    private func run(
        _ platform: borrowing ScriptedPlatform, hasRoots: Bool = true, tickets: String = "", platformLines: String = "",
        _ body: (LiveBox) async throws -> Void
    ) async throws {
        let folder = TemporaryFolder()
        if hasRoots { try folder.write("roots", issuer.rootsFile) }
        var options = LiveBox.Options()
        options.platform = platformLines
        options.scannerProtocol = "hidraw"
        options.tickets = { "transport_roots_file = \"\($0)/roots\"\n\(tickets)" }
        options.log = "mask_cards = true"
        try await LiveBox.run(platform, in: folder, options, body)
    }

    private func code(_ change: (inout TransportCode.Content) -> Void = { _ in }) throws -> [UInt8] {
        try issuer.code(at: Clocks.now().system, change)
    }

    private func scan(_ code: [UInt8], _ light: String) -> String { "scan-hex scanner0 \(hexadecimal(code)) \(light)\n" }

    /// The reasons of all taps so far.
    private func reasons(_ box: LiveBox) throws -> [String] {
        try box.control("taps")["taps"]?.array?.compactMap { $0["reason"]?.string } ?? []
    }

    private func hangUp(_ box: LiveBox) throws {
        let number = try String(contentsOf: box.folder.appending(path: "validatord.pid"), encoding: .utf8)
        kill(try #require(Int32(number.trimmingCharacters(in: .whitespacesAndNewlines))), SIGHUP)
    }

    @Test("accepted once: after that used, also when the phone signs it again and after a restart; the platform gets all of it")
    func once() async throws {
        let platform = try platform()
        try await run(platform) { box in
            try await box.startWithLists()
            let code = try code { $0.issuerExtension = [UInt8](repeating: 0x0D, count: 32) }
            let pause = LiveBox.pause + "\n"
            try await box.play(scan(code, "green") + pause + scan(code, "red") + pause + scan(issuer.signedAgain(code), "red"))
            #expect(try reasons(box) == ["ok", "ticket_used", "ticket_used"])
            try await box.untilDelivered()
            let booked = platform.requests("ticket_check")
            #expect(booked.map(\.fields["qr_code"]) == [hexadecimal(code)] && booked.map(\.fields["check_mode"]) == ["1"])
            let statuses = platform.requests("offline_qrcode_log").compactMap(\.fields["status"]).sorted()
            #expect(statuses == ["0", "1", "1"])
            try await box.restart()
            try await box.until("the scanner is read") { $0["scanners"]?.array?.first?["state"] == "ready" }
            try await box.play(scan(issuer.signedAgain(code), "red"))
            #expect(try reasons(box) == ["ticket_used"])
            // Nowhere a line by which somebody could ride.
            #expect(box.log.contains("card=transport:****0001"))
            #expect(!box.log.contains(hexadecimal(code.suffix(64))) && !box.log.contains(base64(code.prefix(60))))
        }
    }

    @Test("a ride that the platform granted is used too, once the link is gone")
    func afterOnline() async throws {
        let platform = try platform(isAsked: true)
        try await run(platform, platformLines: "online_timeout_ms = 10000") { box in
            try await box.startWithLists()
            try await box.until("it asks the platform") { $0["mode"]?["check_mode"] == 0 }
            let code = try code()
            try await box.play(scan(code, "green"))
            #expect(platform.requests("ticket_check").map(\.fields["qr_code"]) == [hexadecimal(code)])
            platform.answer("ticket_check") { _ in .html("away", status: 500) }
            try await box.play(LiveBox.pause + "\n" + scan(code, "red within 15s"))
            #expect(try reasons(box) == ["ok", "ticket_used"])
        }
    }

    @Test("each broken link has its reason, and its red light")
    func faults() async throws {
        let platform = try platform()
        try await run(platform, tickets: "transport_fare_fen = 200\ntransport_issuers = [\"12345678\"]\nbinary_as = \"base64\"") {
            box in
            try await box.startWithLists()
            let now = Clocks.now().system
            var codes: [(reason: String, code: [UInt8])] = [
                ("no_root_key", try code { $0.rootIndex = 9 }),
                ("issuer_not_accepted", try code { $0.issuer = "87654321" }),
                ("issuer_not_accepted", try code { $0.accountType = TransportTerms.testAccountType }),
                ("amount_exceeded", try code { $0.maximumFen = 199 }),
                (
                    "certificate_expired",
                    try code { $0.certificateEnd = CertificateMonth(year: 2020, month: 1) ?? $0.certificateEnd }
                ),
                ("authorisation_expired", try code { $0.authorisationEnd = now - .seconds(600) }),
                ("ticket_expired", try code { $0.made = now - .seconds(1800) }),
                ("ticket_not_yet_valid", try code { $0.made = now + .seconds(1800) }),
                ("blocked", try code { $0.card = CardNumber(Self.blocked) ?? $0.card }),
                ("not_on_white_list", try code { $0.card = CardNumber("31059999000000000003") ?? $0.card }),
                ("malformed_ticket", try code().dropLast()),
            ]
            for place in [60, 200, 300] {
                var forged = try code()
                forged[place] ^= 1
                codes.append(("forged_ticket", forged))
            }
            try await box.play(codes.map { scan($0.code, "red") }.joined())
            #expect(try reasons(box) == codes.map(\.reason))
            try await box.untilDelivered()
            let logged = platform.requests("offline_qrcode_log").compactMap(\.fields["qr_code"])
            #expect(Set(logged) == Set(codes.map { base64($0.code) }))
            #expect(platform.requests("ticket_check").isEmpty)
        }
    }

    @Test("SIGHUP takes new root keys; a bad file leaves those that are in force, over a restart too, and says why")
    func rootKeys() async throws {
        let platform = try platform()
        try await run(platform, hasRoots: false) { box in
            func write(_ text: String) throws {
                try text.write(to: box.folder.appending(path: "roots"), atomically: true, encoding: .utf8)
            }
            try await box.startWithLists()
            try await box.untilLogged("no root key is in force as before")
            try await box.play(scan(try code(), "red"))
            #expect(try reasons(box) == ["no_root_key"])
            let missing = try box.status()["lists"]?["keys"]?["roots"]
            #expect(missing?["in_use"] == true && missing?["trouble"]?.string?.contains("No such file") == true)
            #expect(try await box.validatorctl("status").contains("no root key in force: cannot read"))
            try write(issuer.rootsFile)
            try hangUp(box)
            let status = try await box.until("it has the root key") { $0["lists"]?["keys"]?["roots"]?["keys"]?.array?.count == 1 }
            let roots = try #require(status["lists"]?["keys"]?["roots"])
            #expect(roots["trouble"] == .null)
            #expect(roots["version"] == .string(try issuer.roots.version))
            #expect(roots["keys"]?.array?.first?["index"]?.int == Int(TransportIssuer.rootIndex))
            try await box.play(scan(try code(), "green"))
            try write("3,0102\n")
            try hangUp(box)
            try await box.untilLogged("line 1: root key 3 has 2 bytes; X and Y are 64")
            try await box.untilLogged("1 root key (set \(try issuer.roots.version)) is in force as before")
            try await box.play("stop validatord")
            try await box.start()
            try await box.until("the scanner is read") { $0["scanners"]?.array?.first?["state"] == "ready" }
            try await box.play(scan(try code(), "green"))
        }
    }

    @Test("a code that no codec knows rides by the platform's word with check_mode 1, and only by it")
    func platformCode() async throws {
        let platform = try platform()
        platform.answer("ticket_check") {
            $0.fields["qr_code"] == "fe000102030405060708090a" ? nil : .json(["ret_code": 3001, "ret_msg": "no"])
        }
        try await run(platform, platformLines: "online_timeout_ms = 10000") { box in
            try await box.startWithLists()
            try await box.play(scan([0xFE] + (0...10), "green within 15s"))
            // The box alone would say otherwise, and tells both.
            let scanned = try box.control("ticket_scanned", ["scanner": 0])["ticket"]
            #expect(scanned?["verdict"] == "refused" && scanned?["reason"] == "platform_unreachable")
            #expect(scanned?["answered"] == ["outcome": "accepted", "reason": "ok", "mode": "online"])
            try await box.play(scan([0xFE] + (1...11), "red within 15s"))
            let refused = try box.control("ticket_scanned", ["scanner": 0])["ticket"]?["answered"]
            #expect(refused == ["outcome": "refused", "reason": "refused_by_platform", "mode": "online"])
            #expect(try reasons(box) == ["ok", "refused_by_platform"])
            #expect(platform.requests("ticket_check").map(\.fields["check_mode"]) == ["0", "0"])
            platform.answer("ticket_check") { _ in .html("away", status: 500) }
            try await box.play(scan([0xFE] + (2...12), "red within 15s"))
            #expect(try reasons(box).last == "platform_unreachable")
            #expect(!box.log.contains("fe000102030405060708090a") && box.log.contains("card=#"))
        }
    }
}
