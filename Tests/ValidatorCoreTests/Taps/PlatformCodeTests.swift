import Testing

@testable import Base
@testable import Fares
@testable import PlatformAPI
@testable import ValidatorCore

@Suite("A code that no codec knows may be the platform's own")
struct PlatformCodeTests {
    private func box(ticketCheck: CheckMode = .offline, cardCheck: CheckMode = .offline) -> TestBox {
        var restored = TestBox.holding(listed: ["AA"])
        restored.state.modes.ticketCheck = ticketCheck
        restored.state.modes.cardCheck = cardCheck
        return TestBox(restored: restored)
    }

    private func questions(_ box: TestBox) -> [(id: ExchangeID, request: PlatformRequest)] {
        box.requests.filter { $0.request.content.name == "online check" }
    }

    @Test("the platform is asked, whatever check_mode says, and its word decides", arguments: [CheckMode.offline, .online])
    func asked(mode: CheckMode) throws {
        var box = box(ticketCheck: mode)
        #expect(box.scan("TX0123456789") == nil, "the rider waits")
        box.reply(try #require(questions(box).last).id, .check(0, sound: 3))
        #expect(box.answers.last?.isGreen == true && box.answers.last?.mode == .online && box.answers.last?.soundNumber == 3)
        #expect(box.stored.last?.pending == [] && box.stored.last?.subject == .ticket(Array("TX0123456789".utf8)))
        box.scan("TX-another")
        box.reply(try #require(questions(box).last).id, .check(9))
        #expect(box.answers.last?.isGreen == false && box.answers.last?.reason == .refusedByPlatform)
    }

    @Test("what a codec knows is not asked about: broken, forged or good")
    func known() {
        var box = box()
        #expect(box.scan("VT1AAAA")?.reason == .malformedTicket)
        #expect(box.scan("VT1AEAIAADFKNYAAAAAMVJ7CAACLAAQEAYEWVZR7XNG5I4AQSTN")?.reason == .unknownKey)
        #expect(questions(box).isEmpty)
    }

    @Test("nobody waits for a link that is known to be dead, nor longer than for any other answer")
    func unreachable() throws {
        var box = box()
        box.scan("TX1")
        box.advance(by: .milliseconds(800))
        #expect(box.answers.last?.reason == .platformUnreachable && box.stored.last?.mode == .fallback)
        #expect(box.stored.last?.pending == [.log])
        box.fail(try #require(questions(box).last).id, .connection)
        #expect(box.scan("TX2")?.reason == .platformUnreachable)
        #expect(questions(box).count == 1)
    }

    @Test("a ret_code that says to decide leaves the box as ignorant as before")
    func fallbackCode() throws {
        var policy = TestBox.policy()
        policy.fallbackCodes = [500]
        var box = TestBox(policy: policy)
        box.scan("TX1")
        box.reply(try #require(questions(box).last).id, .check(500))
        #expect(box.answers.last?.reason == .platformUnreachable)
    }

    @Test("tickets.unknown = refuse: refused unasked, and in online mode asked as ever")
    func refuse() throws {
        var policy = TestBox.policy()
        policy.unknownTickets = .refuse
        var box = TestBox(policy: policy)
        #expect(box.scan("TX1")?.reason == .malformedTicket)
        var restored = Validator.Restored()
        restored.state.modes.ticketCheck = .online
        box = TestBox(policy: policy, restored: restored)
        #expect(box.scan("TX1") == nil)
        box.advance(by: .milliseconds(800))
        #expect(box.answers.last?.reason == .malformedTicket)
    }

    @Test("the switch comes first, and what is longer than any code is not asked about")
    func local() {
        var box = box()
        #expect(box.scan(String(repeating: "x", count: Limits.platformCode + 1))?.reason == .malformedTicket)
        #expect(box.scan(String(repeating: "x", count: Limits.platformCode)) == nil)
        #expect(questions(box).count == 1)
        var restored = Validator.Restored()
        restored.state.modes.ticketsEnabled = false
        box = TestBox(restored: restored)
        #expect(box.scan("TX1")?.reason == .functionOff && questions(box).isEmpty)
    }

    @Test("of a refused code 512 bytes are kept, of one that rides all")
    func kept() throws {
        var box = box()
        let code = Array(String(repeating: "y", count: 900).utf8)
        for verdict in [1, 0] {
            box.handle(.ticket(code + Array("\(verdict)".utf8), scanner: TestBox.scanner))
            box.reply(try #require(questions(box).last).id, .check(verdict))
        }
        #expect(box.stored.map(\.subject) == [.ticket(Array(code.prefix(512))), .ticket(code + Array("0".utf8))])
    }

    // MARK: Junk

    @Test("junk is asked about 30 times at once and then each two seconds, each scanner by itself")
    func rate() throws {
        var box = box()
        for number in 0..<100 {
            guard box.scan("junk \(number)") == nil else { continue }
            box.reply(try #require(questions(box).last).id, .check(1))
        }
        #expect(questions(box).count == 30)
        #expect(box.answers.count == 100)
        let unasked = box.answers.dropFirst(30)
        #expect(unasked.allSatisfy { $0.reason == .malformedTicket && $0.mode == .offline }, "the platform is not to blame")
        box.advance(by: .seconds(2))
        #expect(box.scan("one more") == nil)
    }

    @Test("codes that the platform knows are no junk, however many riders come")
    func crowd() throws {
        var box = box()
        for number in 0..<100 {
            #expect(box.scan("rider \(number)") == nil)
            box.reply(try #require(questions(box).last).id, .check(0))
        }
        #expect(questions(box).count == 100 && box.stored.count == 100)
    }

    @Test("junk that waits leaves room for those who pay, and what it meets does not stop them from being asked about")
    func apart() throws {
        var box = box(cardCheck: .online)
        for number in 0..<10 { box.scan("junk \(number)") }
        #expect(questions(box).count == Limits.platformCodeChecks)
        for question in questions(box) { box.fail(question.id, .status) }
        for number in 10..<14 { box.scan("junk \(number)") }
        for question in questions(box).suffix(4) { box.fail(question.id, .status) }
        #expect(box.tap("AA") == nil, "eight failures in a row, and the card is asked about")
    }

    // MARK: A platform that is slow with them

    /// A platform that answers no code in time. True: this one was asked about.
    private func waitsInVain(_ number: Int, _ box: inout TestBox, failureComesFirst: Bool = false) -> Bool {
        guard box.scan("code \(number)") == nil, let question = questions(box).last else { return false }
        if failureComesFirst { box.fail(question.id, .timeout) }
        box.advance(by: .milliseconds(800))
        if !failureComesFirst { box.fail(question.id, .timeout) }
        return true
    }

    @Test("after three codes in vain nobody waits for 10 s, and then one finds out", arguments: [false, true])
    func slow(failureComesFirst: Bool) throws {
        var box = box()
        for number in 0..<3 {
            #expect(waitsInVain(number, &box, failureComesFirst: failureComesFirst))
        }
        let answer = box.scan("code 3")
        #expect(answer?.reason == .platformUnreachable && answer?.mode == .fallback, "at once")
        box.advance(by: CircuitBreaker.pause)
        #expect(waitsInVain(4, &box) && !waitsInVain(5, &box))
        box.advance(by: CircuitBreaker.pause)
        box.scan("code 6")
        #expect(box.scan("code 7")?.reason == .platformUnreachable, "one at a time")
        box.reply(try #require(questions(box).last).id, .check(0))
        #expect(box.answers.last?.isGreen == true)
        #expect(box.scan("code 8") == nil, "it answers again")
    }

    @Test("a platform that is slow with codes is asked about cards, and one that is slow with cards spares codes the wait")
    func lanes() throws {
        var box = box(cardCheck: .online)
        for number in 0..<5 { _ = waitsInVain(number, &box) }
        #expect(box.tap("AA") == nil, "asked")
        #expect(!box.notices.contains { $0.text.contains("does not answer") })
        box.reply(try #require(questions(box).last).id, .check(0))
        #expect(box.scan("code 9")?.reason == .platformUnreachable, "the card's answer is no code's")
        box.advance(by: CircuitBreaker.pause)
        for card in ["A1", "A2", "A3"] {
            box.tap(card)
            box.advance(by: .milliseconds(800))
        }
        #expect(box.scan("code 10")?.reason == .platformUnreachable)
        box.advance(by: CircuitBreaker.pause)
        box.scan("code 11")
        box.reply(try #require(questions(box).last).id, .check(0))
        #expect(box.answers.last?.isGreen == true)
        #expect(box.tap("A4") == nil && box.tap("A5")?.mode == .fallback, "the code's answer is no card's")
    }

    @Test("an error that comes at once keeps nobody waiting, and junk that meets it stops no code that the platform knows")
    func quickErrors() throws {
        var box = box()
        for number in 0..<20 {
            box.scan("junk \(number)")
            box.fail(try #require(questions(box).last).id, .status)
        }
        #expect(box.scan("a rider's") == nil)
    }

    @Test("a code that is not asked about for its platform's sake is not counted as junk")
    func uncounted() {
        var box = box()
        for number in 0..<3 { _ = waitsInVain(number, &box) }
        for number in 3..<60 { box.scan("code \(number)") }
        box.advance(by: CircuitBreaker.pause)
        #expect(box.scan("a rider's") == nil)
    }
}
