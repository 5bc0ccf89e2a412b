import Base
import HubDomain
import Testing

@Suite("how often a wrong code may be tried")
struct AttemptLimitTests {
    private let start = Instant(nanoseconds: 5_000_000_000)

    @Test("ten times from one address in ten minutes, and from others meanwhile")
    func perAddress() {
        var limit = AttemptLimit()
        for second in 0..<10 {
            let now = start + .seconds(second)
            #expect(limit.pause(for: "192.0.2.1", at: now) == nil)
            limit.failed(from: "192.0.2.1", at: now)
        }
        #expect(limit.pause(for: "192.0.2.1", at: start + .seconds(10)) == .seconds(590))
        #expect(limit.pause(for: "192.0.2.2", at: start + .seconds(10)) == nil)
        #expect(limit.pause(for: "192.0.2.1", at: start + .seconds(599)) == .seconds(1))
        #expect(limit.pause(for: "192.0.2.1", at: start + .seconds(600)) == nil)
    }

    @Test("two hundred times from all together")
    func overall() {
        var limit = AttemptLimit()
        for number in 0..<200 { limit.failed(from: "192.0.2.\(number)", at: start) }
        #expect(limit.pause(for: "198.51.100.1", at: start + .seconds(100)) == .seconds(500))
        #expect(limit.pause(for: "198.51.100.1", at: start + .seconds(600)) == nil)
    }
}
