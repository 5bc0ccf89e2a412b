import Testing

@testable import Base
@testable import Fares
@testable import PlatformAPI
@testable import ValidatorCore

@Suite("Several chips on one reader")
struct ChipGroupTests {
    static let listed = "00065537"
    static let other = "AABBCCDD"
    static let unlisted = "11223344"
    static let blocked = "DEADBEEF"

    private func box(isOneTap: Bool = true, isOnline: Bool = false) -> TestBox {
        var policy = TestBox.policy()
        policy.sources[TestBox.reader].isOneTapPerPresentation = isOneTap
        var restored = TestBox.holding(listed: [Self.listed, Self.other], blocked: [Self.blocked])
        if isOnline { restored.state.modes.cardCheck = .online }
        return TestBox(policy: policy, restored: restored)
    }

    /// What a reader tells that finds these chips by turns, one each 20 ms, for so long; then it finds none.
    private func present(_ chips: [String], for duration: Duration, to box: inout TestBox) {
        let start = box.now.instant
        var seen: Set<String> = []
        var turn = 0
        while box.now.instant - start < duration {
            let chip = chips[turn % chips.count]
            let uid = TestBox.bytes(chip)
            box.handle(
                seen.insert(chip).inserted
                    ? .card(uid: uid, reader: TestBox.reader) : .sighting(uid: uid, reader: TestBox.reader))
            turn += 1
            box.advance(by: .milliseconds(20))
        }
    }

    @Test(
        "chips that are found by turns are one tap, of the first that may ride",
        arguments: [
            ([listed, unlisted], listed), ([unlisted, listed], listed), ([blocked, listed], listed), ([listed, blocked], listed),
            ([unlisted, blocked, listed], listed), ([listed, other], listed), ([other, listed], other),
            ([unlisted, blocked], unlisted), ([blocked, unlisted], blocked), ([unlisted], unlisted), ([listed], listed),
            // Turns of unlike length.
            ([unlisted, unlisted, listed], listed), ([listed, unlisted, unlisted, unlisted], listed),
        ] as [([String], String)])
    func turns(chips: [String], counts: String) {
        var box = box()
        present(chips, for: .seconds(3), to: &box)
        box.advance(by: .seconds(1))
        #expect(box.stored.map(\.subject) == [.card(CardNumber(counts)!)])
        #expect(box.answers.map(\.isGreen) == [[Self.listed, Self.other].contains(counts)])
    }

    @Test("a refused card that is alone is red at its third read, and one that is gone after its first soon after")
    func refusal() {
        var box = box()
        let card = TestBox.bytes(Self.unlisted)
        let start = box.now.instant
        box.handle(.card(uid: card, reader: TestBox.reader))
        box.advance(by: .milliseconds(20))
        box.handle(.sighting(uid: card, reader: TestBox.reader))
        #expect(box.answers.isEmpty)
        box.advance(by: .milliseconds(20))
        box.handle(.sighting(uid: card, reader: TestBox.reader))
        #expect(box.answers.map(\.reason) == [.notOnWhiteList] && box.answers.first?.received == start)

        box.advance(by: .seconds(10))
        box.handle(.card(uid: card, reader: TestBox.reader))
        #expect(box.validator.nextDeadline(at: box.now.instant) == box.now.instant + ChipGroup.patience)
        box.advance(by: ChipGroup.patience)
        #expect(box.answers.count == 2 && box.stored.count == 2)
    }

    @Test("an accepted card is green at its first read")
    func acceptance() {
        var box = box()
        #expect(box.tap(Self.listed)?.isGreen == true)
    }

    @Test("riders one after the other are a tap each, also when the next card is there before the one before has gone")
    func riders() {
        for (first, second) in [(Self.listed, Self.unlisted), (Self.unlisted, Self.blocked), (Self.listed, Self.other)] {
            var box = box()
            present([first], for: .milliseconds(500), to: &box)
            box.advance(by: ChipGroup.joiningTime)
            present([second], for: .milliseconds(500), to: &box)
            #expect(box.stored.map(\.subject) == [first, second].map { .card(CardNumber($0)!) })

            box = self.box()
            present([first, second], for: .milliseconds(200), to: &box)
            #expect(box.stored.count == 1)
            for _ in 0..<50 {
                box.handle(.sighting(uid: TestBox.bytes(second), reader: TestBox.reader))
                box.advance(by: .milliseconds(20))
            }
            #expect(box.stored.map(\.subject) == [first, second].map { .card(CardNumber($0)!) })
        }
    }

    @Test("a card in the place of one that was there alone is a tap at once, listed or not")
    func swapped() {
        var box = box()
        for (count, card) in [Self.listed, Self.other, Self.unlisted, Self.listed].enumerated() {
            present([card], for: .milliseconds(80), to: &box)
            #expect(box.answers.count == count + 1)
        }
    }

    @Test("a card forgotten on the reader keeps nobody out")
    func forgotten() {
        var box = box()
        present([Self.listed], for: .seconds(5), to: &box)
        for _ in 0..<20 { box.handle(.sighting(uid: TestBox.bytes(Self.listed), reader: TestBox.reader)) }
        box.tap(Self.other)
        #expect(box.stored.map(\.outcome) == [.accepted, .accepted])
    }

    @Test("the same chips again within the repeat interval get the first light, whichever is found first")
    func again() {
        for chips in [[Self.listed, Self.unlisted], [Self.unlisted, Self.listed]] {
            var box = box()
            present([Self.listed, Self.unlisted], for: .milliseconds(300), to: &box)
            box.advance(by: .milliseconds(400))
            present(chips, for: .milliseconds(300), to: &box)
            box.advance(by: .milliseconds(400))
            #expect(box.answers.map(\.outcome) == [.accepted, .repeated] && box.stored.count == 1)
        }
    }

    @Test("a reader that is not to look for companions takes each chip for a rider, and so do two readers")
    func separate() {
        var plain = box(isOneTap: false)
        present([Self.unlisted, Self.listed], for: .seconds(1), to: &plain)
        #expect(plain.stored.map(\.outcome) == [.refused, .accepted])
        var two = box()
        two.tap(Self.listed)
        two.tap(Self.other, on: TestBox.secondReader)
        #expect(two.stored.count == 2)
    }

    @Test("the platform is asked about one chip at a time, and about no other once it lets one ride")
    func online() throws {
        func checks(_ box: TestBox) -> [ExchangeID] {
            box.requests.filter { $0.request.content.name == "online check" }.map(\.id)
        }
        var box = box(isOnline: true)
        present([Self.listed, Self.other], for: .milliseconds(100), to: &box)
        #expect(checks(box).count == 1 && box.answers.isEmpty)
        box.reply(checks(box)[0], .check(0))
        for chip in [Self.other, Self.listed, Self.other] {
            box.handle(.sighting(uid: TestBox.bytes(chip), reader: TestBox.reader))
        }
        #expect(checks(box).count == 1 && box.answers.map(\.isGreen) == [true])

        box = self.box(isOnline: true)
        present([Self.listed, Self.other], for: .milliseconds(100), to: &box)
        box.reply(checks(box)[0], .check(31))
        #expect(checks(box).count == 2 && box.answers.isEmpty)
        box.reply(checks(box)[1], .check(0))
        #expect(box.answers.map(\.isGreen) == [true] && box.stored.map(\.subject) == [.card(CardNumber(Self.other)!)])
    }

    @Test("what the platform may have booked without an answer is recorded, whatever else lies there")
    func fallback() throws {
        var box = box(isOnline: true)
        present([Self.unlisted, Self.listed], for: .milliseconds(100), to: &box)
        // The link is known to be dead then, so that the box decides about the second chip itself.
        box.fail(try #require(box.requests.last { $0.request.content.name == "online check" }).id, .connection)
        #expect(box.stored.map(\.outcome) == [.refused, .accepted])
    }
}
