import ControlProtocol
import Fares
import Testing

@testable import validatorctl

@Suite("codes on the console")
struct ConsoleTicketTests {
    @Test("the last code of each scanner is explained in short, in both languages")
    func scannedCode() throws {
        let bench = ConsoleBench(size: TerminalSize(columns: 80, rows: 40))
        bench.press("3")
        #expect(bench.tick() == [.ask(.status), .ask(.scanned)])
        try bench.receive(ConsoleModel.Answer.status, #"{"scanners":[{"id":"s0"},{"id":"s1"},{"id":"s2"}]}"#)
        var code = TicketReport()
        (code.codec, code.outcome, code.reason) = ("transport", "refused", "no_root_key")
        var answered = TicketReport.Answer()
        (answered.outcome, answered.reason, answered.mode) = ("accepted", "ok", "online")
        code.answered = answered
        for (name, value) in [
            ("card", "****0001"), ("made", "2026-01-01T00:00:00.000Z"), ("valid_to", "2026-01-01T00:01:00.000Z"),
        ] {
            var field = TicketReport.Field()
            (field.name, field.value) = (name, value)
            code.fields.append(field)
        }
        for (name, reason) in [("form", nil), ("root key", "no_root_key")] {
            var check = TicketReport.Check()
            (check.name, check.isPassed, check.reason) = (name, reason == nil, reason)
            code.checks.append(check)
        }
        var unknown = TicketReport()
        (unknown.byteCount, unknown.isText, unknown.resembles) = (10, true, "tencent_ride")
        (unknown.outcome, unknown.reason) = ("refused", "platform_unreachable")
        let scanned = [("s0", code), ("s1", unknown), ("s2", nil)].map { scanner, ticket in
            var scanned = ScannedTicket()
            (scanned.scanner, scanned.ticket, scanned.age) = (scanner, ticket, ticket.map { _ in .seconds(12) })
            return scanned
        }
        bench.model.received(.scanned(scanned))
        /// The lines without the blanks by which their columns are aligned.
        func words() -> [String] { bench.model.lines.map { $0.split(separator: " ").joined(separator: " ") } }
        for line in [
            "last code transport, 12 s ago", "card ****0001", "made 2026-01-01T00:00:00.000Z",
            "valid to 2026-01-01T00:01:00.000Z", "failed checks root key (no root key)", "verdict offline refused: no root key",
            "answered at the time accepted, online",
            "last code unknown (text, 10 B, tencent_ride), 12 s ago", "verdict offline refused: platform unreachable",
            "last code never",
        ] { #expect(words().contains(line), "\(line)") }
        bench.press("ql3")
        for line in ["最近的码 transport, 12 s前", "未通过的检查 root key (缺少根密钥)", "离线判定 拒绝: 缺少根密钥", "当时的结果 通过, 在线", "卡号 ****0001"] {
            #expect(words().contains(line), "\(line)")
        }
    }

    @Test("every reason has its words in both languages", arguments: Reason.allCases)
    func reasons(reason: Reason) {
        let words = ConsoleText.codes[reason.rawValue]
        #expect(words != nil && words?.en != words?.zh)
    }

    @Test("of root keys the lists page shows set and count, and where there are none that none is in force, and why")
    func rootKeys() throws {
        func page(_ change: (inout StatusReport.Roots) -> Void) -> [String] {
            var status = StatusReport()
            change(&status.lists.keys.roots)
            let lines = ConsolePages.lists(status, .en).map { $0.split(separator: " ").joined(separator: " ") }
            return Array(lines.drop { $0 != "root keys" })
        }
        #expect(page { _ in }.isEmpty, "not in use")
        #expect(page { $0.areUsed = true } == ["root keys", "state no root key in force"])
        #expect(
            page { ($0.areUsed, $0.trouble) = (true, "/r: bad") } == [
                "root keys", "state no root key in force", "last error /r: bad",
            ])
        let held = page { ($0.areUsed, $0.version, $0.keys) = (true, "0011223344556677", [StatusReport.Root()]) }
        #expect(held == ["root keys", "set 0011223344556677", "count 1"])
    }
}
