import Testing

@testable import Base
@testable import Fares
@testable import ValidatorCore

@Suite("Junk: what nobody rides with")
struct JunkTests {
    /// Nobody is asked about what no codec knows.
    private func box(maximumRecords: Int = 200_000) -> TestBox {
        var policy = TestBox.policy()
        policy.unknownTickets = .refuse
        policy.maximumRecords = maximumRecords
        return TestBox(policy: policy, restored: TestBox.holding(listed: ["00065537", "AABBCCDD", "0A0B0C0D"]))
    }

    // MARK: Long codes

    @Test("a text is not cut within a character, after which it would be no text")
    func characters() {
        var box = box()
        _ = box.scan(String(repeating: "码", count: 250))
        #expect(box.stored.map(\.subject) == [.ticket(Array(String(repeating: "码", count: 170).utf8))])
    }

    @Test("of a code that no codec knows the first 512 bytes are kept", arguments: [1, 511, 512, 513, 4096])
    func length(count: Int) {
        var box = box()
        let code = String(repeating: "z", count: count)
        #expect(box.scan(code)?.reason == .malformedTicket)
        #expect(box.stored.map(\.subject) == [.ticket(Array(code.utf8.prefix(512)))])
    }

    @Test("a repetition is known by the whole code, however long it is")
    func repetition() {
        var box = box()
        let code = String(repeating: "z", count: 600)
        box.scan(code + "1")
        #expect(box.scan(code + "1")?.outcome == .repeated)
        #expect(box.scan(code + "2")?.outcome == .refused)
        #expect(box.scan(String(code.prefix(512)))?.outcome == .refused)
        #expect(box.stored.count == 3)
    }

    @Test("the platform is asked about the whole code, and the record of a ride keeps all of it")
    func online() throws {
        var restored = Validator.Restored()
        restored.state.modes.ticketCheck = .online
        var box = TestBox(restored: restored)
        let code = String(repeating: "z", count: 2000)
        box.scan(code)
        let check = try #require(box.requests.last { $0.request.content.name == "online check" })
        guard case .check(.ticket(let asked), _, _, _) = check.request.content else {
            Issue.record("not about a ticket")
            return
        }
        #expect(asked == Array(code.utf8))
        box.reply(check.id, .check(0))
        #expect(box.answers.last?.isGreen == true && box.stored.first?.subject == .ticket(Array(code.utf8)))
    }

    // MARK: Too many

    @Test("more unknown codes than 30 in a minute are red without a record, each source by itself, and are counted")
    func codes() {
        var box = box()
        for number in 0..<100 { box.scan("junk \(number)") }
        #expect(box.answers.count == 100 && box.answers.allSatisfy { !$0.isGreen && $0.reason == .malformedTicket })
        #expect(box.stored.count == 30 && box.answers.dropFirst(30).allSatisfy { $0.record == nil })
        #expect(box.validator.unrecordedRefusals(of: TestBox.scanner) == 70)
        #expect(box.notices.filter { $0.level == .warning }.count == 1)
        #expect(box.tap("11223344")?.record != nil, "a reader is another source")
        box.advance(by: .seconds(60))
        for number in 0..<100 { box.scan("more \(number)") }
        #expect(box.stored.count == 30 + 1 + 30)
    }

    @Test("an unknown code each two seconds is recorded for ever")
    func patient() {
        var box = box()
        for number in 0..<500 {
            box.scan("junk \(number)")
            box.advance(by: .seconds(2))
        }
        #expect(box.stored.count == 500 && box.validator.unrecordedRefusals(of: TestBox.scanner) == 0)
    }

    @Test("a crowd of refused cards is recorded; a reader gone mad is not, and its accepted riders still are")
    func cards() {
        func number(_ value: Int) -> String {
            let digits = String(value, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }
        var box = box()
        for value in 1...600 { box.tap(number(value)) }
        #expect(box.stored.count == 600)
        for value in 601...2000 {
            box.tap(number(value))
            box.advance(by: .milliseconds(1))
        }
        #expect(box.stored.count == 601)
        #expect(box.tap("AABBCCDD")?.isGreen == true)
        #expect(box.stored.count == 602)
        #expect(box.validator.unrecordedRefusals(of: TestBox.reader) == 1399)
    }

    // MARK: Too little room

    @Test("the last tenth of the outbox is for accepted rides")
    func reserve() {
        var box = box(maximumRecords: 100)
        box.outbox.records = 89
        #expect(box.tap("11223344")?.record == nil && box.answers.last?.reason == .notOnWhiteList)
        #expect(box.scan("junk")?.record == nil)
        #expect(box.stored.isEmpty && box.validator.unrecordedRefusals(of: TestBox.reader) == 1)
        #expect(box.tap("00065537")?.isGreen == true)
        box.outbox.records = 98
        #expect(box.tap("AABBCCDD")?.isGreen == true)
        box.outbox.records = 99
        #expect(box.tap("0A0B0C0D")?.reason == .outOfService && box.tap("22334455")?.reason == .outOfService)
        box.outbox.records = 88
        #expect(box.tap("33445566")?.record != nil)
    }
}
