import Base
import Testing

@Suite("what a device that has gone mad may say")
struct NoticeThrottleTests {
    @Test("the first is told at once, a thousand a second in one line a minute, and all are counted")
    func flood() {
        var throttle = NoticeThrottle()
        var now = Instant(nanoseconds: 0)
        var told: [String] = []
        for number in 0..<180_000 {
            if let text = throttle.happened("drop \(number)", at: now) { told.append(text) }
            now = now + .milliseconds(1)
        }
        #expect(
            told == [
                "drop 0", "60000 more within a minute, the latest: drop 60000",
                "60000 more within a minute, the latest: drop 120000",
            ])
        now = now + NoticeThrottle.interval
        #expect(throttle.elapsed(at: now) == "59999 more within a minute, the latest: drop 179999")
        #expect(throttle.elapsed(at: now) == nil && throttle.due == now + NoticeThrottle.interval)
    }

    @Test("after a quiet minute the next is told at once again")
    func quiet() {
        var throttle = NoticeThrottle()
        let start = Instant(nanoseconds: 0)
        #expect(throttle.happened("one", at: start) == "one")
        #expect(throttle.elapsed(at: start + .seconds(59)) == nil && throttle.due != nil)
        #expect(throttle.elapsed(at: start + .seconds(60)) == nil && throttle.due == nil)
        #expect(throttle.happened("two", at: start + .seconds(61)) == "two")
    }
}
