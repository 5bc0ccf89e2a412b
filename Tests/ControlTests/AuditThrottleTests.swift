import Base
import Testing

@testable import validatord

@Suite("The trail of somebody who asks again and again")
struct AuditThrottleTests {
    private let start = Instant(nanoseconds: 0)
    private var throttle = AuditThrottle()

    /// As over a new connection each time.
    private func line(_ what: String, user: Int = 0, process: Int = 1) -> AuditLine {
        AuditLine(what: what, peer: "uid=\(user) pid=\(process) command=x")
    }

    @Test("a thousand times the same is one line, and a count a minute later, whatever process asks")
    mutating func same() {
        var told: [Notice] = []
        for number in 1...1000 {
            told += throttle.happened(line("identity", process: number), at: start + .milliseconds(number))
        }
        #expect(told.map(\.text) == ["audit identity by uid=0 pid=1 command=x"])
        let due = start + .milliseconds(1) + NoticeThrottle.interval
        #expect(throttle.due == due && throttle.elapsed(at: due - .milliseconds(1)).isEmpty)
        #expect(
            throttle.elapsed(at: due).map(\.text)
                == ["audit 999 more within a minute, the latest: identity by uid=0 pid=1000 command=x"])
    }

    @Test("different things are told one by one, up to a bound, and the rest is counted")
    mutating func different() {
        let told = (1...1000).flatMap { throttle.happened(line("set key=k value=\($0)"), at: start) }
        #expect(told.count == AuditThrottle.maximumThings + 1)
        #expect(told.last?.text == "audit set key=k value=33 by uid=0 pid=1 command=x")
        #expect(
            throttle.elapsed(at: start + NoticeThrottle.interval).map(\.text)
                == ["audit 967 more within a minute, the latest: set key=k value=1000 by uid=0 pid=1 command=x"])
    }

    @Test("who fills his bound hides nothing that another does, and no alarm")
    mutating func others() {
        for number in 1...1000 { _ = throttle.happened(line("set key=k value=\(number)"), at: start) }
        #expect(throttle.happened(line("restart", user: 7), at: start).count == 1)
        var alarm = line("pin_wrong")
        alarm.level = .warning
        #expect(throttle.happened(alarm, at: start) == [alarm.notice])
    }

    @Test("after a quiet minute it is told at once again, and nothing is kept of it")
    mutating func quiet() {
        #expect(throttle.happened(line("restart"), at: start).count == 1)
        #expect(throttle.elapsed(at: start + NoticeThrottle.interval).isEmpty && throttle.due == nil)
        #expect(throttle.happened(line("restart"), at: start + .seconds(61)).count == 1)
    }
}
