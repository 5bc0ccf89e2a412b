import Base
import Testing

@testable import HTTPProbe
@testable import validator_hub

@Suite("What answers say of the proxy")
struct ProxyVerdictTests {
    private func answer(_ status: Int, _ body: String = "", version: String = "2", headers: [(name: String, value: String)] = [])
        -> HTTPProbe.Answer
    {
        HTTPProbe.Answer(
            status: status, version: version, headers: headers, body: Array(body.utf8), peerAddress: "192.0.2.1", certificate: nil
        )
    }

    @Test("HTTP/2 and the hub behind it are looked for, with what to do")
    func transport() {
        let now = WallTime(seconds: 0)
        let good = ProxyVerdict.transport(answer(200), at: now, zone: FixedZone.shanghai)
        #expect(good.allSatisfy { $0.outcome == .good })
        for status in [400, 404, 502, 503] {
            let bad = ProxyVerdict.transport(answer(status, version: "1.1"), at: now, zone: FixedZone.shanghai)
            #expect(bad.allSatisfy { $0.outcome == .wrong && !$0.nextStep.isEmpty })
        }
    }

    @Test(
        "a call must be answered by the hub",
        arguments: [
            ("{\"ret_code\":1002}", true), ("{\"code\":1}", false), ("<html>", false), ("", false),
        ])
    func call(body: String, isHub: Bool) {
        #expect((ProxyVerdict.call(answer(200, body)).outcome == .good) == isHub)
    }

    @Test("a forged name must not come back")
    func forged() {
        let echo = answer(200, headers: [("x-client-name", "check-1")])
        #expect(ProxyVerdict.forgedName(echo, "check-1").outcome == .wrong)
        #expect(ProxyVerdict.forgedName(answer(200), "check-1").outcome == .good)
        #expect(ProxyVerdict.forgedName(answer(200, headers: [("x-client-name", "VLD1")]), "check-1").outcome == .good)
    }

    @Test("metrics are nobody else's")
    func metrics() {
        #expect(ProxyVerdict.metrics(answer(200)).outcome == .wrong)
        #expect(ProxyVerdict.metrics(answer(403)).outcome == .good)
        var near = answer(200)
        near.peerAddress = "127.0.0.1"
        #expect(ProxyVerdict.metrics(near).outcome == .skipped)
    }

    @Test(
        "the clocks may differ by five seconds",
        arguments: [
            ("Mon, 30 Nov 2026 17:36:37 GMT", CheckItem.Outcome.good), ("Mon, 30 Nov 2026 17:36:43 GMT", .wrong),
            ("Mon, 30 Nov 2026 09:36:37 GMT", .wrong), ("yesterday", .skipped),
        ])
    func clock(date: String, outcome: CheckItem.Outcome) {
        let now = WallTime(seconds: 1_796_060_197)
        #expect(ProxyVerdict.clock(date, at: now).outcome == outcome)
        #expect(ProxyVerdict.clock(nil, at: now).outcome == .skipped)
    }
}
