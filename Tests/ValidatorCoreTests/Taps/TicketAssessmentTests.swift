import Base
import Cryptography
import Fares
import Testing
import ValidatorCore

@Suite("a code that a technician asks about")
struct TicketAssessmentTests {
    private static let key = KeyGroup.Key(id: 1, text: "a84a6ce9")

    private func ticket(card: String = "00065537", key: KeyGroup.Key = key, from: Int64 = 0) throws -> [UInt8] {
        let ticket = VT1Ticket(
            keyID: key.id, kind: .singleRide, card: try #require(CardNumber(card)),
            validFrom: UInt32(TestBox.epoch.seconds + from), lifetimeSeconds: 600, nonce: 1)
        return Array(try #require(VT1Codec(authenticator: Libcrypto(), secret: []).text(of: ticket, key: key)).utf8)
    }

    private func box(
        policy: Policy = TestBox.policy(), _ change: (inout BoxState) -> Void = { _ in }
    ) -> TestBox {
        var restored = TestBox.holding(listed: ["00065537"], blocked: ["DEADBEEF"])
        restored.state.keys.adopt(KeyGroup(version: "1", keys: [Self.key]), at: TestBox.epoch)
        change(&restored.state)
        return TestBox(policy: policy, restored: restored)
    }

    private func assess(_ code: [UInt8], _ box: borrowing TestBox, time: WallTime? = nil) -> TicketAssessment {
        box.validator.assess(code, at: box.now, time: time)
    }

    @Test("the reason is the one that a rider would be given")
    func reasons() throws {
        for (card, key, from) in [
            ("00065537", Self.key, 0), ("DEADBEEF", Self.key, 0), ("11", Self.key, 0), ("00065537", Self.key, 700),
            ("00065537", Self.key, -700), ("00065537", KeyGroup.Key(id: 9, text: "x"), 0),
            ("00065537", KeyGroup.Key(id: 1, text: "wrong"), 0),
        ] as [(String, KeyGroup.Key, Int64)] {
            var box = box()
            let code = try ticket(card: card, key: key, from: from)
            let assessment = assess(code, box)
            #expect(assessment.reason == box.scan(String(decoding: code, as: UTF8.self))?.reason)
            #expect(assessment.explanation?.codec == .vt1 && assessment.clock == .gps && assessment.time == TestBox.epoch)
        }
    }

    @Test("the lists are asked though something else stands against the code already")
    func standing() throws {
        let assessment = assess(try ticket(card: "DEADBEEF", from: -700), box())
        #expect(assessment.reason == .ticketExpired && assessment.standing?.isBlocked == true)
    }

    @Test("asking changes nothing: the ride is not used by it, and one that is used is told")
    func use() throws {
        var box = box()
        let code = try ticket()
        for _ in 0..<2 { #expect(assess(code, box).reason == .ok) }
        #expect(box.stored.isEmpty && box.answers.isEmpty)
        #expect(box.scan(String(decoding: code, as: UTF8.self))?.reason == .ok)
        #expect(assess(code, box).reason == .ticketUsed && box.validator.hasUsed(code))
        // As it was when it was scanned.
        #expect(box.validator.assess(code, at: box.now, wasUsed: false).reason == .ok)
    }

    @Test("another moment is judged by its own time, with the service hours of that time")
    func otherMoment() throws {
        let box = box {
            $0.window = ServiceWindow(
                start: TestBox.epoch - .seconds(3600), end: TestBox.epoch + .seconds(300), learned: TestBox.epoch)
        }
        let code = try ticket()
        #expect(assess(code, box, time: TestBox.epoch + .seconds(299)).reason == .ok)
        let late = assess(code, box, time: TestBox.epoch + .seconds(300))
        #expect(late.reason == .notInServiceHours && !late.isInServiceHours)
        #expect(assess(code, box, time: TestBox.epoch + .seconds(661)).reason == .ticketExpired)
        #expect(assess(code, box, time: TestBox.epoch - .seconds(61)).reason == .ticketNotYetValid)
    }

    @Test("a code that no codec knows would go to the platform, or be refused, as the configuration says")
    func unknown() {
        #expect(assess(Array("TX1".utf8), box()).reason == .platformUnreachable)
        var policy = TestBox.policy()
        policy.unknownTickets = .refuse
        let assessment = assess(Array("TX1".utf8), box(policy: policy))
        #expect(assessment.reason == .malformedTicket && assessment.explanation == nil && assessment.standing == nil)
    }

    @Test("where tickets are switched off that is the reason")
    func switchedOff() throws {
        let assessment = assess(try ticket(), box { $0.modes.ticketsEnabled = false })
        #expect(assessment.reason == .functionOff && assessment.explanation?.fault == nil)
    }
}
