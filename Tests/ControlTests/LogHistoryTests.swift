import Base
import ControlProtocol
import Testing

@testable import validatord

@Suite("the log that the daemon remembers")
struct LogHistoryTests {
    private let history = LogHistory()
    private let time = WallTime(milliseconds: 1_700_000_000_123)

    private func append(_ count: Int, _ text: String = "a line") {
        for _ in 0..<count { history.append(text, level: .info, time: time) }
    }

    @Test("the last lines, oldest first, under the numbers that they got")
    func latest() {
        append(5)
        #expect(history.latest(2).map(\.sequence) == [4, 5])
        #expect(history.latest(10).map(\.sequence) == [1, 2, 3, 4, 5])
        #expect(history.latest(10, after: 3).map(\.sequence) == [4, 5])
        #expect(history.latest(10, after: 5).isEmpty)
        #expect(history.latest(10, after: .max).isEmpty)
    }

    @Test("of too many lines the oldest are forgotten, and numbers go on")
    func tooManyLines() {
        append(LogHistory.maximumLines + 7)
        let lines = history.latest(.max)
        #expect(lines.count == LogHistory.maximumLines)
        #expect(lines.first?.sequence == 8)
        #expect(history.count == LogHistory.maximumLines + 7)
    }

    @Test("long lines are bounded together")
    func tooManyBytes() {
        append(100, String(repeating: "x", count: 4000))
        let lines = history.latest(.max)
        #expect(lines.count == LogHistory.maximumBytes / 4000)
        #expect(lines.last?.sequence == 100)
    }

    @Test("a line as the control socket tells it")
    func json() throws {
        let stub = StubCommands()
        stub.lines.append("no fix", level: .warning, time: time)
        #expect(
            try stub.result(#"{"command":"log"}"#).text
                == #"{"lines":[{"sequence":1,"time":"2023-11-14T22:13:20.123Z","level":"warning","text":"no fix"}]}"#)
        #expect(try stub.result(#"{"command":"log","after":1}"#).text == #"{"lines":[]}"#)
        #expect(stub.ask(#"{"command":"log","limit":501}"#).contains("bad_argument"))
    }

    @Test("all that is remembered fits into one reply")
    func largestReply() {
        let stub = StubCommands()
        for _ in 0..<500 { stub.lines.append(String(repeating: "\"", count: 520), level: .info, time: time) }
        let reply = stub.ask(#"{"command":"log","limit":500}"#)
        #expect(reply.utf8.count < ControlServer.maximumOutput)
        #expect(reply.hasPrefix(#"{"ok":true"#))
    }
}

@Suite("the commands that restart and test")
struct RestartCommandTests {
    @Test("a restart is carried out once it is asked for, and refused with its reason")
    func restart() {
        let stub = StubCommands()
        #expect(stub.ask(#"{"command":"restart"}"#) == "{\"ok\":true,\"result\":{}}\n")
        #expect(stub.restarts == 1)
        #expect(stub.ask(#"{"command":"restart","now":true}"#).contains("bad_argument"))
        stub.restartFailure = ControlError(.refused, "nobody would start it again")
        #expect(stub.ask(#"{"command":"restart"}"#).contains("nobody would start it again"))
        #expect(stub.restarts == 1)
    }

    @Test("a self-test's result is null before any, then under way, then its checks")
    func selfTest() throws {
        let stub = StubCommands()
        #expect(try stub.result(#"{"command":"selftest_result"}"#).isNull)
        #expect(try stub.result(#"{"command":"selftest"}"#).text == #"{"run":1}"#)
        #expect(try stub.result(#"{"command":"selftest_result"}"#).text == #"{"run":1,"running":true,"checks":[]}"#)
        stub.selfTestReport = SelfTestReport(
            run: 1, checks: [SelfTestCheck(part: .light, subject: "red", finding: .lightShown, detail: "/leds/red")])
        #expect(
            try stub.result(#"{"command":"selftest_result"}"#)["checks"]?.text
                == #"[{"part":"light","subject":"red","verdict":"pass","finding":"light_shown","detail":"/leds/red","check_by":"eye"}]"#
        )
    }
}
