import Cryptography
import Testing

@testable import Base
@testable import Fares
@testable import ValidatorCore

@Suite("QR tickets at the box")
struct TicketDecisionTests {
    private static let key = KeyGroup.Key(id: 1, text: "a84a6ce9")
    private static let codec = VT1Codec(authenticator: Libcrypto(), secret: [])

    private func text(
        card: String = "00065537", kind: VT1Ticket.Kind = .singleRide, from: Int64 = 0, lifetime: UInt16 = 600, nonce: UInt32 = 1,
        key: KeyGroup.Key = key
    ) -> String {
        let ticket = VT1Ticket(
            keyID: key.id, kind: kind, card: CardNumber(card)!, validFrom: UInt32(TestBox.epoch.seconds + from),
            lifetimeSeconds: lifetime, nonce: nonce)
        return Self.codec.text(of: ticket, key: key)!
    }

    private func restored() -> Validator.Restored {
        var restored = TestBox.holding(listed: ["00065537"], blocked: ["DEADBEEF"])
        restored.state.keys.adopt(KeyGroup(version: "1", keys: [Self.key]), at: TestBox.epoch)
        return restored
    }

    @Test("a good one is green and its booking is a ticket check of the text as scanned")
    func good() throws {
        var box = TestBox(restored: restored())
        let text = text()
        #expect(box.scan(text)?.reason == .ok)
        let booking = try #require(box.requests.first { $0.request.content.name == "booking" })
        guard case .check(.ticket(let payload), .offline, _, _) = booking.request.content else { return #expect(Bool(false)) }
        #expect(payload == Array(text.utf8))
    }

    @Test("each fault has its reason")
    func faults() {
        var box = TestBox(restored: restored())
        #expect(box.scan("VT1🎫")?.reason == .malformedTicket)
        #expect(box.scan(text(key: KeyGroup.Key(id: 9, text: "x")))?.reason == .unknownKey)
        #expect(box.scan(text(key: KeyGroup.Key(id: 1, text: "wrong")))?.reason == .forgedTicket)
        #expect(box.scan(text(card: "11"))?.reason == .notOnWhiteList)
        #expect(box.scan(text(card: "DEADBEEF"))?.reason == .blocked)
    }

    @Test(
        "validity has the clock's tolerance on both sides",
        arguments: [
            (61, 600, Reason.ticketNotYetValid), (60, 600, .ok), (-660, 600, .ok), (-661, 600, .ticketExpired),
        ] as [(Int64, UInt16, Reason)])
    func validity(from: Int64, lifetime: UInt16, expected: Reason) {
        var box = TestBox(restored: restored())
        #expect(box.scan(text(from: from, lifetime: lifetime))?.reason == expected)
    }

    @Test("by a system clock alone a ticket can be too old, but not too new: the clock may have stood still overnight")
    func systemClock() {
        var box = TestBox(restored: restored(), isTimeVouched: false)
        #expect(box.scan(text(from: 8 * 3600))?.reason == .ok)
        #expect(box.scan(text(from: -661))?.reason == .ticketExpired)
    }

    @Test("without a trusted clock nobody is refused for the time, but a single ride still counts once")
    func noClock() {
        var box = TestBox(restored: restored(), system: WallTime(seconds: 100))
        let old = text(from: -172_800)
        #expect(box.scan(old)?.reason == .ok)
        box.advance(by: .seconds(3))
        #expect(box.scan(old)?.reason == .ticketUsed)
    }

    @Test("a single ride is repeated within the interval, used after it, in either case of letters")
    func used() {
        var box = TestBox(restored: restored())
        let text = text()
        #expect(box.scan(text)?.outcome == .accepted)
        #expect(box.scan(text.lowercased())?.outcome == .repeated)
        box.advance(by: .seconds(2))
        #expect(box.scan(text.lowercased())?.reason == .ticketUsed)
    }

    @Test(
        "white space around a code makes no other code of it, which would go to the platform, and ride there once more",
        arguments: [" %", "% ", "\t%\r\n", "\u{B}%\u{C}", "\u{A0}%", "\u{3000}%\u{2003}", "%\0"])
    func surrounded(_ form: String) {
        var box = TestBox(restored: restored())
        let text = text()
        let surrounded = form.split(separator: "%", omittingEmptySubsequences: false).joined(separator: text)
        #expect(box.scan(surrounded)?.reason == .ok)
        #expect(box.scan(text)?.outcome == .repeated)
        box.advance(by: .seconds(2))
        #expect(box.scan(text)?.reason == .ticketUsed)
        #expect(box.scan(surrounded)?.reason != .ok)
    }

    @Test("blanks alone are no code, and leave no record", arguments: [" ", "   ", "\u{B}\u{C}", "\0"])
    func blanks(_ text: String) {
        var box = TestBox(restored: restored())
        #expect(box.scan(text) == nil)
        #expect(box.stored.isEmpty)
    }

    @Test("a pass rides again after the repeat interval")
    func pass() {
        var box = TestBox(restored: restored())
        let text = text(kind: .pass)
        #expect(box.scan(text)?.outcome == .accepted)
        box.advance(by: .seconds(2))
        #expect(box.scan(text)?.outcome == .accepted)
    }

    @Test("a refused single ride is not used up")
    func refusedNotUsed() {
        var state = restored()
        state.state.modes.lineListRequired = true
        var box = TestBox(restored: state)
        let text = text()
        #expect(box.scan(text)?.reason == .notOnLineList)
        #expect(box.stored.first?.usedTicket == nil)
    }

    @Test("use survives a restart")
    func usedSurvives() throws {
        var box = TestBox(restored: restored())
        let text = text()
        box.scan(text)
        var again = restored()
        again.usedTickets = [try #require(box.stored.first?.usedTicket)]
        var restarted = TestBox(restored: again)
        #expect(restarted.scan(text)?.reason == .ticketUsed)
    }

    @Test("a receiver that dreams of another year for a while does not let a used single ride ride again")
    func usedOutlastsWrongDate() throws {
        var policy = TestBox.policy()
        policy.reportInterval = .seconds(5)
        var box = TestBox(policy: policy, restored: restored())
        func pass(_ seconds: Int, ahead: Duration) {
            for _ in 0..<seconds {
                box.advance(by: .seconds(1))
                box.handle(.fix(Fix(quality: .threeDimensional, position: nil, time: box.now.system + ahead)))
            }
        }
        let single = text()
        #expect(box.scan(single)?.outcome == .accepted)
        pass(20, ahead: .seconds(2871 * 86400))
        #expect(box.scan(text(kind: .pass))?.reason == .ticketExpired, "without a platform, the receiver is believed")
        pass(2, ahead: .zero)
        #expect(box.scan(single)?.reason == .ticketUsed)
    }

    @Test("with the QR function off every ticket is red; the card switch does not matter to tickets")
    func functionOff() {
        var state = restored()
        state.state.modes.ticketsEnabled = false
        var box = TestBox(restored: state)
        #expect(box.scan(text())?.reason == .functionOff)
        state.state.modes.ticketsEnabled = true
        state.state.modes.cardsEnabled = false
        var other = TestBox(restored: state)
        #expect(other.scan(text())?.reason == .ok)
    }

    @Test("an online acceptance uses a single ride up as well")
    func onlineUses() throws {
        var state = restored()
        state.state.modes.ticketCheck = .online
        var box = TestBox(restored: state)
        box.scan(text())
        let check = try #require(box.requests.first { $0.request.content.name == "online check" })
        box.reply(check.id, .check(0))
        #expect(box.stored.first?.usedTicket != nil && box.answers.last?.mode == .online)
    }
}
