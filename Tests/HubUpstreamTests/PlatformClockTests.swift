import Base
import Testing

@testable import HubUpstream

@Suite("The platform's clock")
struct PlatformClockTests {
    private func clock(ahead seconds: [Int]) -> PlatformClock {
        var clock = PlatformClock()
        for seconds in seconds {
            // A whole second is all that it tells, half a second after which the reply was written on the average.
            clock.learn(morning + .seconds(seconds), sent: morning, received: morning + .seconds(1))
        }
        return clock
    }

    @Test("is not known before it told a time, and boxes are told the hub's")
    func unknown() {
        #expect(PlatformClock().offset == nil && PlatformClock().correction == .zero)
    }

    @Test("is passed on to boxes by what it is ahead or behind", arguments: [-119, -3, 0, 5, 120])
    func offset(seconds: Int) {
        #expect(clock(ahead: [seconds]).correction == .seconds(seconds))
    }

    @Test("is not believed more than two minutes off: a jump is never passed on", arguments: [121, -121, 8 * 3600, -8 * 3600])
    func jump(seconds: Int) {
        let clock = clock(ahead: [seconds])
        #expect(clock.offset == .seconds(seconds))
        #expect(!clock.isBelieved && clock.correction == .zero)
    }

    @Test("is what most of its replies say, and follows it when it is set right")
    func oddReply() {
        #expect(clock(ahead: [2, 2, 90_000, 2, 2]).correction == .seconds(2))
        #expect(clock(ahead: Array(repeating: 8 * 3600, count: 15) + Array(repeating: 1, count: 8)).correction == .seconds(1))
    }
}
