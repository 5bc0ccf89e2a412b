import Base
import Testing

@testable import Hardware

@Suite("PN532 driver")
nonisolated struct PN532DriverTests {
    static let uid4: [UInt8] = [0x04, 0xA2, 0xB3, 0xC4]
    static let uid7: [UInt8] = [0x04, 0xA2, 0xB3, 0xC4, 0xD5, 0xE6, 0x80]
    static let uid10: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

    /// A bench whose reader is polling.
    func polling() -> ReaderBench {
        var bench = ReaderBench()
        bench.open()
        bench.pass(.milliseconds(100))
        return bench
    }

    @Test("the chip is woken and configured before it polls, and then says what it is")
    func start() {
        var bench = ReaderBench()
        bench.open()
        #expect(bench.written.first == [0x55, 0x55] + [UInt8](repeating: 0, count: 14))
        #expect(bench.written.dropFirst().map { $0[6] } == [0x14, 0x02, 0x12, 0x32, 0x4A])
        #expect(bench.outputs == [.ready("PN532 firmware 1.6")])
    }

    @Test("UIDs of 4, 7 and 10 bytes are read", arguments: [uid4, uid7, uid10])
    func sizes(uid: [UInt8]) {
        var bench = polling()
        bench.place(uid)
        bench.pass(PN532Driver.pollInterval)
        #expect(bench.cards == [uid])
    }

    @Test("cascade tags are taken out of a UID, and torn ones refused")
    func cascadeTags() {
        func target(_ uid: [UInt8], ats: [UInt8] = []) -> PN532Target? {
            PN532Target(([1, 1, 0x00, 0x44, 0x20, UInt8(uid.count)] + uid + ats)[...])
        }
        #expect(target([0x88] + Self.uid7) == .card(uid: Self.uid7))
        #expect(target([0x88, 1, 2, 3, 0x88, 4, 5, 6, 7, 8, 9, 10]) == .card(uid: Self.uid10))
        #expect(target(Self.uid7, ats: [0x06, 0x75, 0x77, 0x81, 0x02, 0x80]) == .card(uid: Self.uid7))
        #expect(target([0x88, 0x04, 0xA2, 0xB3]) == nil)
        #expect(target([1, 2, 3, 4, 5]) == nil)
        #expect(target([]) == nil)
        #expect(PN532Target([1, 1, 0, 0x44, 0x20, 7, 1, 2, 3]) == nil)
        #expect(PN532Target([]) == nil)
        #expect(PN532Target([0]) == .emptyField)
    }

    @Test("a card left on the reader is one tap, and seen by every later poll")
    func cardLeft() {
        var bench = polling()
        bench.place(Self.uid4)
        bench.pass(PN532Driver.pollInterval)
        #expect(bench.sightings.isEmpty)
        bench.pass(PN532Driver.pollInterval * 100)
        #expect(bench.cards == [Self.uid4])
        #expect(bench.sightings == [[UInt8]](repeating: Self.uid4, count: 100))
    }

    @Test("a card that is taken away and put back is two taps")
    func cardPutBack() {
        var bench = polling()
        bench.place(Self.uid4)
        bench.pass(.seconds(1))
        bench.chip.removeCard()
        bench.pass(.milliseconds(400))
        bench.place(Self.uid4)
        bench.pass(.seconds(1))
        #expect(bench.cards == [Self.uid4, Self.uid4])
    }

    @Test("polls that miss a card for less than 300 ms make no second tap")
    func missedPolls() {
        var bench = polling()
        bench.place(Self.uid4)
        for _ in 0..<50 {
            bench.pass(.milliseconds(100))
            bench.chip.removeCard()
            bench.pass(.milliseconds(250))
            bench.place(Self.uid4)
        }
        bench.pass(.milliseconds(100))
        #expect(bench.cards == [Self.uid4])
    }

    @Test("another card is a tap at once")
    func anotherCard() {
        var bench = polling()
        bench.place(Self.uid4)
        bench.pass(PN532Driver.pollInterval)
        bench.place(Self.uid7)
        bench.pass(PN532Driver.pollInterval)
        #expect(bench.cards == [Self.uid4, Self.uid7])
    }

    @Test("two cards in one wallet, found in turns, are two taps")
    func twoCards() {
        var bench = polling()
        for _ in 0..<100 {
            bench.place(Self.uid4)
            bench.pass(PN532Driver.pollInterval)
            bench.place(Self.uid7)
            bench.pass(PN532Driver.pollInterval)
        }
        #expect(bench.cards == [Self.uid4, Self.uid7])
    }

    @Test("an outage of the reader is no departure of the card that lies on it")
    func outage() {
        var bench = polling()
        bench.place(Self.uid4)
        bench.pass(.seconds(1))
        bench.close()
        bench.pass(.seconds(60))
        #expect(bench.driver.nextDeadline == nil)
        bench.open()
        bench.pass(.seconds(1))
        #expect(bench.cards == [Self.uid4])
    }

    @Test("one missed poll before an outage and one after it are no departure either")
    func missesAroundOutage() {
        var bench = polling()
        bench.place(Self.uid4)
        bench.pass(.seconds(1))
        bench.chip.removeCard()
        bench.pass(PN532Driver.pollInterval)
        bench.close()
        bench.pass(.seconds(60))
        bench.open()
        bench.place(Self.uid4)
        bench.pass(.seconds(1))
        #expect(bench.cards == [Self.uid4])
    }

    @Test("a card that was taken away during an outage may come back")
    func departureInOutage() {
        var bench = polling()
        bench.place(Self.uid4)
        bench.pass(.seconds(1))
        bench.close()
        bench.chip.removeCard()
        bench.open()
        bench.pass(.seconds(1))
        bench.place(Self.uid4)
        bench.pass(.seconds(1))
        #expect(bench.cards == [Self.uid4, Self.uid4])
    }

    @Test("a card is told with the last byte of its frame")
    func immediate() {
        var bench = polling()
        bench.line = { _, _ in [] }
        bench.pass(PN532Driver.pollInterval)
        let answer =
            PN532Frame.acknowledge.bytes
            + PN532Frame.information(.toHost, [0x4B, 1, 1, 0, 4, 8, 4] + Self.uid4).bytes
        for byte in answer.dropLast(2) {
            bench.feed([byte])
            #expect(bench.cards.isEmpty)
        }
        bench.feed([answer[answer.count - 2]])
        #expect(bench.cards == [Self.uid4])
    }

    @Test("a chip that never answers is tried again, started anew, and left after 300 ms")
    func ladder() {
        var bench = ReaderBench()
        bench.line = { _, _ in [] }
        bench.open()
        bench.pass(.seconds(10))
        #expect(
            bench.outputs == [.aborted, .recovering(reason: "no ACK in 100 ms"), .reopen(reason: "no ACK in 100 ms")])
        #expect(bench.reopenedAt == Instant(nanoseconds: 300_000_000))
        let wakeUp = PN532Command.wakeUp
        let abort = PN532Frame.acknowledge.bytes
        let configure = PN532Frame.information(.toChip, PN532Command.samConfiguration.payload).bytes
        #expect(bench.written == [wakeUp, configure, abort, configure, abort, wakeUp, configure])
    }

    @Test("one lost answer in the middle of polling is made up for without a word")
    func lostAnswer() {
        var bench = polling()
        bench.line = { bytes, number in number.isMultiple(of: 7) ? [] : bytes }
        bench.place(Self.uid4)
        bench.pass(.seconds(20))
        let told = bench.outputs.filter { $0 != .sighting(uid: Self.uid4) && $0 != .aborted }
        #expect(told == [.ready("PN532 firmware 1.6"), .card(uid: Self.uid4)])
        #expect(bench.outputs.contains(.aborted))
    }

    @Test("a response that never comes after its ACK is an error after 500 ms")
    func lostResponse() {
        var bench = polling()
        bench.line = { bytes, _ in Array(bytes.prefix(6)) }
        bench.pass(.seconds(10))
        #expect(bench.outputs.last == .reopen(reason: "no response in 500 ms"))
    }

    @Test("a chip that refuses a command is started anew")
    func errorFrame() {
        var bench = polling()
        bench.line = { _, _ in PN532Frame.acknowledge.bytes + PN532Frame.error.bytes }
        bench.pass(.seconds(1))
        #expect(
            bench.outputs.dropFirst() == [.aborted, .recovering(reason: "command refused"), .reopen(reason: "command refused")])
    }

    @Test("a chip that was away for a moment is woken, configured and polled again, without opening the port anew")
    func recovery() {
        var bench = polling()
        bench.line = { _, _ in [] }
        bench.pass(.milliseconds(150))
        bench.line = { bytes, _ in bytes }
        bench.pass(.seconds(1))
        let ready = CardReaderOutput.ready("PN532 firmware 1.6")
        #expect(bench.outputs == [ready, .aborted, .recovering(reason: "no ACK in 100 ms"), ready])
        bench.place(Self.uid4)
        bench.pass(.seconds(1))
        #expect(bench.cards == [Self.uid4])
    }

    @Test("frames that nobody asked for are no taps")
    func unasked() {
        var bench = polling()
        let tap = PN532Frame.information(.toHost, [0x4B, 1, 1, 0, 4, 8, 4] + Self.uid4).bytes
        for _ in 0..<1000 { bench.feed(tap + tap) }
        #expect(bench.cards.isEmpty)
        #expect(bench.written.count == polling().written.count)
    }

    @Test("a line that garbles every third transmission still brings each card once")
    func garbledLine() {
        var random = SplitMix64(seed: 7)
        var bench = polling()
        bench.line = { bytes, number in
            var garbled = bytes
            if number.isMultiple(of: 3) { garbled[garbled.count / 2] ^= 0x55 }
            return garbled
        }
        for round in 0..<10 as Range<UInt8> {
            bench.place([0x10, 0x20, 0x30, round])
            bench.pass(.milliseconds(Int.random(in: 2000...4000, using: &random)))
            bench.chip.removeCard()
            bench.pass(.seconds(3))
            if bench.reopenedAt != nil, bench.driver.nextDeadline == nil { bench.open() }
        }
        #expect(bench.cards == (0..<10).map { [0x10, 0x20, 0x30, $0] })
    }

    @Test("10,000 random lines neither crash it nor keep it from coming back")
    func randomLines() {
        var random = SplitMix64(seed: 0xCA2D)
        var bench = polling()
        for _ in 0..<10_000 {
            bench.feed(random.line(upTo: 200))
            bench.pass(.milliseconds(Int.random(in: 0...50, using: &random)))
            if bench.driver.nextDeadline == nil { bench.open() }
        }
        bench.pass(.seconds(5))
        if bench.driver.nextDeadline == nil { bench.open() }
        let before = bench.cards.count
        bench.place(Self.uid10)
        bench.pass(.seconds(5))
        #expect(bench.cards.dropFirst(before) == [Self.uid10])
    }
}
