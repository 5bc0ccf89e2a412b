import Testing

@testable import Base
@testable import Fares
@testable import PlatformAPI
@testable import ValidatorCore

@Suite("Asking the platform while the rider waits")
struct OnlineCheckTests {
    private func box(policy: Policy = TestBox.policy()) -> TestBox {
        var restored = TestBox.holding(listed: ["AA"], blocked: ["BB"])
        restored.state.modes.cardCheck = .online
        return TestBox(policy: policy, restored: restored)
    }

    private func check(_ box: TestBox) throws -> (id: ExchangeID, request: PlatformRequest) {
        try #require(box.requests.last { $0.request.content.name == "online check" })
    }

    @Test("ret_code 0 is green with the platform's voice; nothing more is uploaded")
    func accepted() throws {
        var box = box()
        #expect(box.tap("BB") == nil, "the rider waits")
        box.reply(try check(box).id, .check(0, sound: 7, message: "成功"))
        let answer = try #require(box.answers.last)
        #expect(answer.isGreen && answer.mode == .online && answer.soundNumber == 7 && answer.message == "成功")
        #expect(box.stored.first?.pending == [])
    }

    @Test("another ret_code is red")
    func refused() throws {
        var box = box()
        box.tap("AA")
        box.reply(try check(box).id, .check(31, message: "余额不足"))
        #expect(box.answers.last?.reason == .refusedByPlatform && box.answers.last?.isGreen == false)
    }

    @Test(
        "a code that says so, a failure, or silence: the box decides, and the booking keeps the attempt's req_id",
        arguments: [0, 1, 2])
    func fallback(way: Int) throws {
        var policy = TestBox.policy()
        policy.fallbackCodes = [500]
        var box = box(policy: policy)
        box.tap("AA")
        let attempt = try check(box)
        switch way {
        case 0: box.reply(attempt.id, .check(500))
        case 1: box.fail(attempt.id, .connection)
        default: box.advance(by: .milliseconds(800))
        }
        let tap = try #require(box.stored.first)
        #expect(box.answers.last?.isGreen == true && tap.mode == .fallback)
        #expect(tap.pending == [.booking, .log] && tap.bookingID == attempt.request.requestID && tap.logID != tap.bookingID)
        #expect(tap.stamp.instant == Instant(nanoseconds: 1_000_000_000_000), "the time of the tap, not of the decision")
    }

    @Test("a reply after the fallback changes neither the light nor the number of rides")
    func late() throws {
        var box = box()
        box.tap("AA")
        let attempt = try check(box)
        box.advance(by: .milliseconds(800))
        box.reply(attempt.id, .check(31))
        #expect(box.answers.count == 1 && box.answers[0].isGreen && box.stored.count == 1)
    }

    @Test("the same card again while it waits is not asked for twice")
    func waiting() {
        var box = box()
        box.tap("AA")
        box.tap("AA")
        #expect(box.requests.filter { $0.request.content.name == "online check" }.count == 1)
    }

    @Test("riders beyond the bound are decided by the box")
    func bounded() {
        var box = box()
        for number in 0..<Limits.onlineChecks { box.tap("0000" + (number < 16 ? "0" : "") + String(number, radix: 16)) }
        #expect(box.tap("AA")?.mode == .fallback)
    }

    @Test("the card switch and the repeat interval stay the box's own")
    func local() throws {
        var box = box()
        box.tap("AA")
        box.reply(try check(box).id, .check(0))
        #expect(box.tap("AA")?.outcome == .repeated)
    }
}

@Suite("A platform that does not answer")
struct CircuitBreakerTests {
    private func box() -> TestBox {
        var restored = TestBox.holding(listed: ["AA"])
        restored.state.modes.cardCheck = .online
        var policy = TestBox.policy()
        policy.sources[0].repeatInterval = .zero
        policy.reportInterval = .seconds(5)
        return TestBox(policy: policy, restored: restored)
    }

    private func checks(_ box: TestBox) -> Int {
        box.requests.filter { $0.request.content.name == "online check" }.count
    }

    @Test("after three checks in vain riders no longer wait; after the pause one of them finds out, the others still do not wait")
    func breaker() throws {
        var box = box()
        for _ in 0..<3 {
            box.tap("AA")
            box.advance(by: .milliseconds(800))
        }
        #expect(checks(box) == 3)
        let answer = box.tap("AA")
        #expect(answer?.mode == .fallback && answer?.isGreen == true && checks(box) == 3)
        box.advance(by: .seconds(10))
        #expect(box.tap("AA") == nil && checks(box) == 4)
        #expect(box.tap("BB")?.mode == .fallback && checks(box) == 4)
        box.reply(try #require(box.requests.last { $0.request.content.name == "online check" }).id, .check(0))
        #expect(box.answers.last?.mode == .online)
        #expect(box.tap("AA") == nil && checks(box) == 5)
    }

    @Test("a heartbeat that fails is enough to know that the link is dead, one that is answered that it lives")
    func heartbeat() throws {
        var box = box()
        box.advance(by: .zero)
        let first = try #require(box.requests.last { $0.request.content.name == "heartbeat" })
        box.fail(first.id, .connection)
        #expect(box.tap("AA")?.mode == .fallback && checks(box) == 0)
        box.advance(by: .seconds(5))
        var modes = Modes()
        modes.cardCheck = .online
        box.reply(try #require(box.requests.last { $0.request.content.name == "heartbeat" }).id, .heartbeat(modes: modes))
        #expect(box.tap("AA") == nil && checks(box) == 1)
    }
}
