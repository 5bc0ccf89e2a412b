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
        for (name, value) in [
            ("card", "****0001"), ("made", "2026-01-01T00:00:00.000Z"), ("valid_to", "2026-01-01T00:01:00.000Z"),
        ] {
            var field = TicketReport.Field()
            (field.name, field.value) = (name, value)
            code.fields.append(field)
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
            "valid to 2026-01-01T00:01:00.000Z", "verdict refused: no root key",
            "last code unknown (text, 10 B, tencent_ride), 12 s ago", "verdict refused: platform unreachable", "last code never",
        ] { #expect(words().contains(line), "\(line)") }
        bench.press("ql3")
        for line in ["最近的码 transport, 12 s前", "判定 拒绝: 缺少根密钥", "卡号 ****0001"] {
            #expect(words().contains(line), "\(line)")
        }
    }

    @Test("every reason has its words in both languages", arguments: Reason.allCases)
    func reasons(reason: Reason) {
        let words = ConsoleText.codes[reason.rawValue]
        #expect(words != nil && words?.en != words?.zh)
    }
}
