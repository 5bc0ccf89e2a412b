import Base
import ControlProtocol
import Cryptography
import Fares
import JSON
import Testing

@Suite("a code, explained over the control socket")
struct TicketReportTests {
    private static let key = KeyGroup.Key(id: 1, text: "a84a6ce9")
    /// Of card 00065537, good from 1700000000 for ten minutes.
    private static let text = "VT1AEAIAADFKNYAAAAAMVJ7CAACLAAQEAYEWVZR7XNG5I4AQSTN"

    private static func report(_ text: String, reason: Reason = .ok, masksCards: Bool = true) -> TicketReport {
        let time = WallTime(seconds: 1_700_000_001)
        var reader = TicketReader(TicketSettings(), Libcrypto())
        let explanation = reader.explain(
            Array(text.utf8),
            under: TicketCircumstances(
                keys: KeyRing(current: KeyGroup(version: "1", keys: [key])), timeForStart: time, timeForEnd: time, skew: .zero))
        return TicketReport(of: Array(text.utf8), explanation, otherCodec: nil, reason: reason, masksCards: masksCards)
    }

    @Test("it tells codec, fields, checks and verdict, and never the whole code")
    func layout() throws {
        var report = Self.report(Self.text)
        #expect(report.codec == "vt1" && report.isText && report.byteCount == 51)
        #expect(report.outcome == "accepted" && report.reason == "ok")
        #expect(report.fields.map(\.name) == ["key_id", "kind", "card", "valid_from", "valid_to", "nonce"])
        #expect(report.checks.map(\.name) == ["form", "key", "seal", "start", "end"])
        #expect(report.checks.allSatisfy { $0.isPassed && $0.reason == nil && !$0.detail.isEmpty })
        #expect(report.field("made", "valid_from") == "2023-11-14T22:13:20.000Z")
        #expect(!report.json.text.uppercased().contains(Self.text.dropFirst(3).prefix(20)))
        report.standing = TicketReport.Standing(CardStanding(isBlocked: true, isOnWhiteList: false, isOnLineList: true))
        (report.isUsed, report.isInServiceHours, report.time, report.clock) = (true, false, WallTime(seconds: 7), "gps")
        (report.basis.settings, report.basis.roots, report.basis.keysVersion) = ("/etc/v.toml", TicketReport.Basis.box, "3")
        var answered = TicketReport.Answer()
        (answered.outcome, answered.reason, answered.mode) = ("repeated", "ok", "offline")
        report.answered = answered
        #expect(try TicketReport(JSONValue(parsing: report.json.bytes)) == report)
        #expect(
            Set(report.json.object?.members.map(\.key) ?? []) == [
                "codec", "form", "bytes", "resembles", "unknown", "fields", "checks", "card", "used", "in_service_hours",
                "verdict",
                "reason", "at", "clock", "judged_by", "answered",
            ])
    }

    @Test("card numbers are masked where the box masks them")
    func masking() {
        #expect(Self.report(Self.text).field("card") == "****5537")
        #expect(Self.report(Self.text, masksCards: false).field("card") == "00065537")
    }

    @Test("a check that fails has the reason")
    func failedCheck() {
        let report = Self.report(Self.text.dropLast() + "A", reason: .forgedTicket)
        #expect(report.outcome == "refused" && report.reason == "forged_ticket")
        #expect(report.checks.filter { !$0.isPassed }.map(\.reason) == ["forged_ticket"])
    }

    @Test(
        "of a code that no codec knows it says whose it may be",
        arguments: [
            ("TX00112233", "tencent_ride"), ("134512345678901234", "wechat_payment"), ("281234567890123456", "alipay_payment"),
            ("6212345678901234567", "unionpay_payment"), ("https://s.sh.gov.cn/x", "shanghai"), ("SHSTMETRO1", "shanghai"),
            ("http://example.org", "web_address"), ("\u{2}\u{1}abc", "alipay_ride"), ("hello", nil), ("1345", nil),
        ])
    func foreign(text: String, word: String?) {
        let report = Self.report(text, reason: .platformUnreachable)
        #expect(report.codec == nil && report.resembles == word && report.fields.isEmpty && report.checks.isEmpty)
    }

    @Test(
        "bytes that are no UTF-8 are binary, and a text is text whatever its characters",
        arguments: [([0xFF, 0x54], false), ([0x02, 0x41], true), ([0x41], true)])
    func form(payload: [UInt8], isText: Bool) {
        let report = TicketReport(of: payload, nil, otherCodec: .transport, reason: .malformedTicket, masksCards: true)
        #expect(report.isText == isText && report.byteCount == payload.count && report.resembles == "transport")
    }
}
