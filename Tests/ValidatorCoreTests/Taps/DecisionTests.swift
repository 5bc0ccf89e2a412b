import Cryptography
import Testing

@testable import Base
@testable import Fares
@testable import ValidatorCore

@Suite("Decisions without the platform")
struct DecisionTests {
    private func box(
        _ restored: Validator.Restored = TestBox.holding(
            listed: ["00065537", "AABBCCDD"], blocked: ["DEADBEEF"], line: ["00065537"]),
        policy: Policy = TestBox.policy(), change: (inout Modes) -> Void = { _ in }
    ) -> TestBox {
        var restored = restored
        change(&restored.state.modes)
        return TestBox(policy: policy, restored: restored)
    }

    @Test("a listed card is green, and its booking and its log are two uploads with ids of their own")
    func listed() throws {
        var box = box()
        let answer = box.tap("00065537")!
        #expect(answer.isGreen && answer.reason == .ok)
        let tap = try #require(box.stored.first)
        #expect(tap.pending == [.booking, .log] && tap.logID != tap.bookingID && answer.record == tap.logID)
        #expect(box.requests.filter { $0.request.content.name == "booking" }.map(\.request.requestID) == [tap.bookingID])
        #expect(box.requests.filter { $0.request.content.name == "log" }.map(\.request.requestID) == [tap.logID])
    }

    @Test("an unknown card is red and logged with status 1; only its log is uploaded")
    func unknown() throws {
        var box = box()
        #expect(box.tap("11223344")?.reason == .notOnWhiteList)
        #expect(box.stored.first?.pending == .log && box.stored.first?.reason.logStatus == 1)
    }

    @Test("a blocked card is red with status 2, even where no white list is asked for")
    func blocked() {
        var box = box { $0.whiteListRequired = false }
        #expect(box.tap("DEADBEEF")?.reason == .blocked)
        #expect(box.stored.first?.reason.logStatus == 2)
        #expect(box.tap("11223344")?.reason == .ok)
    }

    @Test("a card of another line is red while the line list is asked for")
    func line() {
        var box = box { $0.lineListRequired = true }
        #expect(box.tap("AABBCCDD")?.reason == .notOnLineList)
        var restored = TestBox.holding(listed: ["AABBCCDD"])
        restored.state.modes.lineListRequired = true
        restored.line = HeldList()
        var unlisted = TestBox(restored: restored)
        #expect(unlisted.tap("AABBCCDD")?.reason == .ok, "before the first line list it refuses nobody")
        #expect(box.tap("00065537")?.reason == .ok)
    }

    @Test("with the card function off every card is red")
    func functionOff() {
        var box = box { $0.cardsEnabled = false }
        #expect(box.tap("00065537")?.reason == .functionOff)
    }

    @Test("deny beats allow in every combination of switches and lists")
    func truthTable() {
        for bits in 0..<32 {
            let (isListed, isBlocked, isOnLine) = (bits & 1 != 0, bits & 2 != 0, bits & 4 != 0)
            let (whiteRequired, lineRequired) = (bits & 8 != 0, bits & 16 != 0)
            var restored = TestBox.holding(
                listed: isListed && !isBlocked ? ["AA"] : [], blocked: isBlocked ? ["AA"] : [], line: isOnLine ? ["AA"] : [])
            restored.state.modes.whiteListRequired = whiteRequired
            restored.state.modes.lineListRequired = lineRequired
            var box = TestBox(restored: restored)
            let allowed = !isBlocked && (!whiteRequired || isListed) && (!lineRequired || isOnLine)
            #expect(box.tap("AA")?.isGreen == allowed, "bits \(bits)")
        }
    }

    @Test(
        "outside the hours of service a card is red; the start belongs to them, the end does not",
        arguments: [
            (-1, false), (0, true), (3599, true), (3600, false),
        ])
    func window(offsetSeconds: Int64, isGreen: Bool) {
        var restored = TestBox.holding(listed: ["AA"])
        restored.state.window = ServiceWindow(
            start: TestBox.epoch, end: TestBox.epoch + .seconds(3600), learned: TestBox.epoch - .seconds(3600))
        var box = TestBox(restored: restored, system: TestBox.epoch + .seconds(offsetSeconds))
        #expect(box.tap("AA")?.isGreen == isGreen)
    }

    @Test(
        "hours past midnight, told with one date, are those of the night that holds now",
        arguments: [(-7, false), (-6, true), (-1, true), (0, false), (17, false), (18, true), (23, true), (24, false)])
    func nightWindow(hours: Int64, isGreen: Bool) {
        var restored = TestBox.holding(listed: ["AA"])
        // From 18:00 to 0:00 of a day that begins at the epoch.
        restored.state.window = ServiceWindow(
            start: TestBox.epoch + .seconds(18 * 3600), end: TestBox.epoch, learned: TestBox.epoch + .seconds((hours - 1) * 3600))
        var box = TestBox(restored: restored, system: TestBox.epoch + .seconds(hours * 3600))
        #expect(box.tap("AA")?.isGreen == isGreen)
    }

    @Test("yesterday's hours, hours before a trusted clock, and ignored hours refuse nobody")
    func windowNotEnforced() {
        var restored = TestBox.holding(listed: ["AA"])
        restored.state.window = ServiceWindow(
            start: TestBox.epoch - .seconds(7200), end: TestBox.epoch - .seconds(3600),
            learned: TestBox.epoch - .seconds(12 * 3600))
        var old = TestBox(restored: restored)
        #expect(old.tap("AA")?.isGreen == true)
        restored.state.window?.learned = TestBox.epoch - .seconds(7200)
        var young = TestBox(restored: restored)
        #expect(young.tap("AA")?.reason == .notInServiceHours)
        var unset = TestBox(restored: restored, system: WallTime(seconds: 1000))
        #expect(unset.tap("AA")?.isGreen == true)
        var unvouched = TestBox(restored: restored, isTimeVouched: false)
        #expect(unvouched.tap("AA")?.isGreen == true, "the system clock may show yesterday evening")
        var policy = TestBox.policy()
        policy.checkWindow = .ignore
        var ignoring = TestBox(policy: policy, restored: restored)
        #expect(ignoring.tap("AA")?.isGreen == true)
    }

    @Test("a UID that is no number under the reader's profile is red, and the record holds it raw")
    func unreadable() {
        var policy = TestBox.policy()
        policy.sources[0].kind = .reader(.decimal10)
        var box = box(policy: policy)
        #expect(box.tap("AABB")?.reason == .unreadableCard)
        #expect(box.stored.first?.subject == .card(CardNumber("AABB")!))
    }

    @Test("a UID that is longer than any number is red as well, and the record holds its end")
    func tooLong() {
        var box = box()
        let uid = "AABB" + String(repeating: "0", count: 26) + "C1"
        #expect(box.tap(uid)?.reason == .unreadableCard)
        #expect(box.stored.first?.subject == .card(CardNumber(String(uid.suffix(30)))!))
    }

    @Test("a reader that only observes decides nothing")
    func observe() {
        var policy = TestBox.policy()
        policy.sources[0].decides = false
        var box = box(policy: policy)
        #expect(box.tap("00065537") == nil && box.stored.isEmpty)
    }
}

@Suite("Repeated taps")
struct RepeatTests {
    @Test("the same card again within the interval gets the first colour and no second record")
    func repeated() throws {
        var box = TestBox(restored: TestBox.holding(listed: ["AA"]))
        let first = box.tap("AA")!
        box.advance(by: .milliseconds(1999))
        let second = box.tap("AA")!
        #expect(second.outcome == .repeated && second.isGreen && second.record == first.record && box.stored.count == 1)
        #expect(box.tap("BB")?.outcome == .refused)
        box.advance(by: .milliseconds(1))
        #expect(box.tap("AA")?.outcome == .accepted, "the interval counts from the recorded tap, not from the repeated one")
        #expect(box.stored.count == 3)
    }

    @Test("a refused card stays red when repeated")
    func refused() {
        var box = TestBox()
        box.tap("AA")
        let second = box.tap("AA")
        #expect(second?.outcome == .repeated && second?.isGreen == false)
    }

    @Test("on another reader it is another tap")
    func otherReader() {
        var box = TestBox(restored: TestBox.holding(listed: ["AA"]))
        box.tap("AA")
        #expect(box.tap("AA", on: TestBox.secondReader)?.outcome == .accepted)
    }

    @Test("it outlives a restart of the program, by the clock of the same boot")
    func restart() throws {
        var box = TestBox(restored: TestBox.holding(listed: ["AA"]))
        box.tap("AA")
        var restored = TestBox.holding(listed: ["AA"])
        restored.recentTaps = box.stored
        var again = TestBox(restored: restored)
        #expect(again.tap("AA")?.outcome == .repeated)
        again.advance(by: .seconds(2))
        #expect(again.tap("AA")?.outcome == .accepted)
    }

    @Test("after another boot it is told by a trusted calendar, and never by an untrusted one")
    func otherBoot() {
        var box = TestBox(restored: TestBox.holding(listed: ["AA"]))
        box.tap("AA")
        var restored = TestBox.holding(listed: ["AA"])
        restored.recentTaps = box.stored
        restored.recentTaps[0].stamp.boot = UniqueID(high: 9, low: 9)
        restored.recentTaps[0].stamp.instant = Instant(nanoseconds: 5)
        var trusted = TestBox(restored: restored, system: TestBox.epoch + .seconds(1))
        #expect(trusted.tap("AA")?.outcome == .repeated)
        var later = TestBox(restored: restored, system: TestBox.epoch + .seconds(3))
        #expect(later.tap("AA")?.outcome == .accepted)
        var untrusted = TestBox(restored: restored, system: WallTime(seconds: 5))
        #expect(untrusted.tap("AA")?.outcome == .accepted)
    }

    @Test("two taps of one card within one turn are one record")
    func sameTurn() {
        var box = TestBox(restored: TestBox.holding(listed: ["AA"]))
        let first = box.validator.handle(.card(uid: [0xAA], reader: 0), at: box.now, outbox: box.outbox)
        let second = box.validator.handle(.card(uid: [0xAA], reader: 0), at: box.now, outbox: box.outbox)
        #expect(first.contains { if case .store = $0 { true } else { false } })
        #expect(!second.contains { if case .store = $0 { true } else { false } })
    }
}

@Suite("Records before lights")
struct DurabilityTests {
    @Test("nothing is signalled before the commit")
    func order() {
        var box = TestBox(restored: TestBox.holding(listed: ["AA"]))
        let effects = box.validator.handle(.card(uid: [0xAA], reader: 0), at: box.now, outbox: box.outbox)
        #expect(!effects.contains { if case .answer = $0 { true } else { false } })
        let after = box.validator.handle(.committed(rows: [1]), at: box.now, outbox: box.outbox)
        #expect(after.contains { if case .answer(let answer) = $0 { answer.isGreen } else { false } })
    }

    @Test("a failed commit is red, says why, and leaves the rider free to tap again")
    func failed() {
        var box = TestBox(restored: TestBox.holding(listed: ["AA"]))
        box.commitFailure = "disk full"
        let answer = box.tap("AA")
        #expect(answer?.isGreen == false && answer?.reason == .outOfService && answer?.record == nil)
        #expect(box.notices.contains { $0.level == .error && $0.text.contains("disk full") })
        box.commitFailure = nil
        #expect(box.tap("AA")?.outcome == .accepted)
    }

    @Test("a full outbox stops accepting rather than lose a ride, and recovers as it drains")
    func full() throws {
        var policy = TestBox.policy()
        policy.maximumRecords = 3
        var box = TestBox(policy: policy, restored: TestBox.holding(listed: ["AA", "BB", "CC"]))
        #expect(box.tap("AA")?.isGreen == true)
        #expect(box.tap("BB")?.reason == .outOfService)
        #expect(box.stored.count == 1)
        for (id, request) in box.takeRequests() where request.content.name == "log" || request.content.name == "booking" {
            box.reply(id, request.content.name == "log" ? .taken : .check(0))
        }
        #expect(box.outbox.records == 0)
        #expect(box.tap("BB")?.isGreen == true)
    }
}
