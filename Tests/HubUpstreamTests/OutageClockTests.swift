import Base
import PlatformAPI
import Testing

@testable import HubUpstream

@Suite("While the platform is away")
struct OutageClockTests {
    private var random = SeededGenerator(seed: 7)

    @Test(
        "it is its, and not the request's, fault:",
        arguments: [
            (ExchangeFailure.refusedConnection, true), (.lostReply, true), (.status(502), true), (.status(503), true),
            (.status(504), true), (.status(429), true), (.status(500), false), (.status(413), false), (.status(401), false),
            (.page, false),
        ])
    func whose(failure: ExchangeFailure, isOfPlatform: Bool) {
        var (clock, random) = (OutageClock(), random)
        clock.failed(failure, at: instant(0), using: &random)
        #expect(clock.isAway == isOfPlatform)
    }

    @Test("attempts are at pauses that grow to half a minute, and a reply ends it at once")
    func pauses() {
        var (clock, random) = (OutageClock(), random)
        for count in 1...12 {
            clock.failed(.refusedConnection, at: instant(0), using: &random)
            let longest = min(Double(1 << (count - 1)), 30)
            #expect(clock.earliest.map { $0 <= instant(longest) } ?? false)
        }
        clock.works()
        #expect(clock.mayTry(at: instant(0)) && !clock.isAway)
    }

    @Test("replies that are none are the platform's fault when eight in a row are")
    func unusable() {
        var (clock, random) = (OutageClock(), random)
        for _ in 1...7 { clock.failed(.page, at: instant(0), using: &random) }
        #expect(!clock.isAway)
        clock.works()
        for _ in 1...7 { clock.failed(.page, at: instant(0), using: &random) }
        #expect(!clock.isAway)
        clock.failed(.page, at: instant(0), using: &random)
        #expect(clock.isAway)
    }

    @Test("it is not asked before it wants to be, for an hour at most")
    func retryAfter() {
        var (clock, random) = (OutageClock(), random)
        clock.failed(.status(429, retryAfter: .seconds(60)), at: instant(0), using: &random)
        #expect(!clock.mayTry(at: instant(59)) && clock.mayTry(at: instant(60)))
        // What somebody else was answered in between does not make it void.
        clock.works()
        #expect(!clock.mayTry(at: instant(59)))
        clock.failed(.status(503, retryAfter: .seconds(86400)), at: instant(100), using: &random)
        #expect(clock.mayTry(at: instant(3701)))
    }
}
