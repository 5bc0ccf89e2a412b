import Base
import Fares
import Testing
import ValidatorCore

@testable import validatord

@Suite("the last code of a scanner, and what came of it")
struct ScannedCodeTests {
    private func moment(_ seconds: Int64) -> Moment {
        Moment(instant: Instant(nanoseconds: seconds * 1_000_000_000), system: WallTime(seconds: seconds))
    }

    private func answer(_ reason: Reason, _ mode: DecisionMode, outcome: Outcome, to seconds: Int64) -> Answer {
        Answer(
            source: 1, subject: .ticket([0x41]), isGreen: reason == .ok, outcome: outcome, reason: reason, mode: mode,
            record: nil, received: moment(seconds).instant)
    }

    @Test("the first answer to it stays, whatever is answered to repetitions")
    func first() {
        var code = ScannedCode(payload: [0x41], moment: moment(10), wasUsed: false)
        #expect(code.answered == nil)
        code.take(answer(.ok, .online, outcome: .accepted, to: 10))
        code.take(answer(.ok, .offline, outcome: .repeated, to: 11))
        #expect(code.answered?.outcome == "accepted" && code.answered?.reason == "ok" && code.answered?.mode == "online")
    }

    @Test("an answer to an earlier code that came late is not its")
    func late() {
        var code = ScannedCode(payload: [0x42], moment: moment(10), wasUsed: true)
        code.take(answer(.platformUnreachable, .fallback, outcome: .refused, to: 9))
        #expect(code.answered == nil)
        code.take(answer(.ok, .offline, outcome: .repeated, to: 10))
        #expect(code.answered?.outcome == "repeated" && code.answered?.reason == "ok")
    }
}
