import Base
import HubDomain
import Testing

@Suite("how much a device may ask")
struct RequestQuotaTests {
    private let start = Instant(nanoseconds: 5_000_000_000)

    /// Asks `count` times at once, or for as long as it is to wait in between.
    private func ask(
        _ quota: inout RequestQuota, _ count: Int, _ kind: RequestQuota.Kind = .other, of caller: String = "VLD1", at now: Instant
    ) -> [RequestQuota.Verdict] {
        (0..<count).map { _ in quota.take(kind, of: caller, at: now) }
    }

    @Test("as much at once as a box has stored while it was away, and then as fast as its bucket fills")
    func backlog() {
        var quota = RequestQuota()
        #expect(ask(&quota, 600, at: start).allSatisfy { $0 == .now })
        #expect(quota.take(.other, of: "VLD1", at: start) == .wait(.milliseconds(50)))
        #expect(quota.take(.other, of: "VLD1", at: start) == .wait(.milliseconds(100)))
        // After its wait it is where it was; after a while it may ask at once again.
        #expect(quota.take(.other, of: "VLD1", at: start + .milliseconds(100)) == .wait(.milliseconds(50)))
        #expect(quota.take(.other, of: "VLD1", at: start + .seconds(1)) == .now)
    }

    @Test("a box that sends a day's records with what it may have under way at once is never refused")
    func neverRefused() {
        var quota = RequestQuota()
        var now = start
        for _ in 0..<500 {
            let longest =
                ask(&quota, 64, .record, at: now).map { verdict -> Duration in
                    switch verdict {
                    case .now: return .zero
                    case .wait(let pause): return pause
                    case .refuse:
                        Issue.record("refused")
                        return .zero
                    }
                }.max() ?? .zero
            // The next ones go when these are answered.
            now = now + longest + .milliseconds(1)
        }
    }

    @Test("a flood is sent away, and told when to come again")
    func flood() {
        var quota = RequestQuota()
        let verdicts = ask(&quota, 10_000, at: start)
        #expect(verdicts.filter { $0 == .now }.count == 600)
        let refused = verdicts.dropFirst(600 + 40)
        #expect(
            refused.allSatisfy { if case .refuse(let pause) = $0 { pause >= .seconds(1) && pause < .seconds(5) } else { false } })
    }

    @Test("nobody uses up what is another's, nor one kind of request another")
    func apart() {
        var quota = RequestQuota()
        _ = ask(&quota, 10_000, at: start)
        #expect(quota.take(.other, of: "VLD2", at: start) == .now)
        #expect(quota.take(.record, of: "VLD1", at: start) == .now)
    }

    @Test("invented names do not fill the memory, and take nothing from those that are not")
    func names() {
        var quota = RequestQuota()
        for number in 0..<250_000 { #expect(quota.take(.other, of: "invented \(number)", at: start) == .now) }
        #expect(quota.take(.other, of: "VLD1", at: start) == .now)
    }
}
