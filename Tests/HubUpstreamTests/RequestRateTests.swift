import Testing

@testable import HubUpstream

@Suite("How many requests a second the platform is sent")
struct RequestRateTests {
    /// How many of those go that want to at once.
    private func burst(_ rate: inout RequestRate, at seconds: Double) -> Int {
        (0..<1000).prefix { _ in rate.take(at: instant(seconds)) }.count
    }

    @Test("is as many as there are where nothing is said")
    func unlimited() {
        var rate = RequestRate(perSecond: 0, at: instant(0))
        #expect(burst(&rate, at: 0) == 1000)
        #expect(rate.nextTurn(at: instant(0)) == nil)
    }

    @Test("is what was said, evenly, and never more for having been idle", arguments: [1, 10, 50, 400])
    func limited(perSecond: Int) {
        var rate = RequestRate(perSecond: perSecond, at: instant(0))
        let within = (0..<2000).reduce(0) { sum, step in sum + burst(&rate, at: 100 + Double(step) / 1000) }
        // Two seconds of it, and what may come together.
        #expect((perSecond * 2...perSecond * 2 + max(1, perSecond / 10) + 1).contains(within))
        #expect(burst(&rate, at: 500) <= max(1, perSecond / 10) + 1)
    }

    @Test("lets what somebody waits for go first, at the others' cost")
    func urgent() {
        var rate = RequestRate(perSecond: 10, at: instant(0))
        #expect(burst(&rate, at: 0) == 1)
        for _ in 0..<5 { #expect(rate.takeUrgently(at: instant(0)) == true) }
        #expect(rate.take(at: instant(0.45)) == false)
        #expect(rate.take(at: instant(0.55)) == true)
    }

    @Test("tells when the next may go, at which it does")
    func turn() throws {
        var rate = RequestRate(perSecond: 2, at: instant(0))
        #expect(burst(&rate, at: 0) == 1)
        let next = try #require(rate.nextTurn(at: instant(0)))
        #expect(next > instant(0.3) && next <= instant(0.5))
        #expect(rate.take(at: next) == true)
    }
}
