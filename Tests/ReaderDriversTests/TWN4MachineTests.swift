import Base
import ReaderEmulators
import Testing

@testable import Hardware

@Suite("TWN4 driver")
nonisolated struct TWN4DriverTests {
    static let uid4: [UInt8] = [0x66, 0xCF, 0x4D, 0xC2]
    static let uid7: [UInt8] = [0x04, 0x36, 0x7F, 0x5A, 0x2D, 0x72, 0x80]
    static let ready = CardReaderOutput.ready("TWN4/B1.64/NCF5.20/PRS1.04")

    func polling() -> ReaderBench {
        var bench = ReaderBench(TWN4Driver(), TWN4Emulator())
        bench.open()
        bench.pass(.milliseconds(200))
        return bench
    }

    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("the line is brought into step, then the reader asked who it is, then searched for tags")
    func start() {
        let bench = polling()
        #expect(bench.written.prefix(4).map(text) == ["\r", "0004FF\r", "050010\r", "050010\r"])
        #expect(bench.outputs == [Self.ready])
    }

    @Test("the answer that the manual shows is a tag of four bytes, told with its CR")
    func vector() {
        var bench = polling()
        bench.line = { _, _ in [] }
        bench.pass(TWN4Driver.pollInterval)
        bench.feed(Array("000180200466CF4DC2".utf8))
        #expect(bench.cards.isEmpty)
        bench.feed([0x0D])
        #expect(bench.cards == [Self.uid4])
    }

    @Test("a card left on the reader is one tap and then sightings")
    func cardLeft() {
        var bench = polling()
        bench.place(Self.uid7)
        bench.pass(.seconds(3))
        #expect(bench.cards == [Self.uid7])
        #expect(bench.outputs.count { $0 == .sighting(uid: Self.uid7) } > 100)
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

    @Test("a reader that never answers is asked again, asked anew, and left")
    func ladder() {
        var bench = ReaderBench(TWN4Driver(), TWN4Emulator())
        bench.line = { _, _ in [] }
        bench.open()
        bench.pass(.seconds(10))
        let reason = "no answer in 1000 ms"
        #expect(bench.outputs == [.aborted, .recovering(reason: reason), .reopen(reason: reason)])
        #expect(bench.reopenedAt == Instant(nanoseconds: 3_300_000_000))
        #expect(bench.driver.nextDeadline == nil)
        #expect(bench.written.map(text) == ["\r", "0004FF\r", "\r", "0004FF\r", "\r", "0004FF\r"])
    }

    @Test("one lost answer is made up for, and its card is still one tap")
    func lostAnswer() {
        var bench = polling()
        bench.line = { bytes, number in number.isMultiple(of: 7) ? [] : bytes }
        bench.place(Self.uid4)
        bench.pass(.seconds(10))
        #expect(bench.cards == [Self.uid4])
        #expect(bench.outputs.contains(.aborted))
        #expect(!bench.outputs.contains { if case .recovering = $0 { true } else { false } })
    }

    @Test("an answer that comes too late is not taken for the next one")
    func lateAnswer() {
        var bench = polling()
        bench.line = { _, _ in [] }
        bench.pass(.milliseconds(1050))
        bench.feed(Array("000180200411111111\r".utf8))
        #expect(bench.cards.isEmpty)
    }

    @Test(
        "answers that are none are told for what they are",
        arguments: [
            ("01", "request refused with error 01"), ("0001802004", "tag data is torn"), ("0002", "tag data is torn"),
            // A number of 17 bytes, where 16 were asked for.
            ("0001800011" + String(repeating: "AB", count: 17), "tag data is torn"),
            ("04A2B3C4X", "an answer that is not hexadecimal; the reader needs the Simple Protocol firmware"),
        ])
    func nonsense(answer: String, reason: String) {
        var bench = polling()
        bench.line = { _, _ in Array("\(answer)\r".utf8) }
        bench.pass(.milliseconds(150))
        #expect(bench.outputs == [Self.ready, .aborted, .recovering(reason: reason)])
        bench.line = { bytes, _ in bytes }
        bench.pass(.seconds(1))
        #expect(bench.outputs.last == Self.ready)
    }

    @Test("an outage of the reader is no departure of the card that lies on it")
    func outage() {
        var bench = polling()
        bench.place(Self.uid4)
        bench.pass(.seconds(1))
        bench.close()
        bench.pass(.seconds(60))
        bench.open()
        bench.pass(.seconds(1))
        #expect(bench.cards == [Self.uid4])
    }

    @Test("200 random lines neither crash it nor keep it from coming back")
    func randomLines() {
        var random = SplitMix64(seed: 0x7714)
        let telling = Array("0018FC\r\r".utf8)
        var bench = polling()
        for _ in 0..<200 {
            bench.feed(
                (0..<Int.random(in: 0...700, using: &random)).map { _ in
                    Int.random(in: 0..<8, using: &random) > 0
                        ? telling.randomElement(using: &random)! : UInt8.random(in: 0...255, using: &random)
                })
            bench.pass(.milliseconds(Int.random(in: 0...50, using: &random)))
            if bench.driver.nextDeadline == nil { bench.open() }
        }
        bench.pass(.seconds(5))
        if bench.driver.nextDeadline == nil { bench.open() }
        let before = bench.cards.count
        bench.place(Self.uid7)
        bench.pass(.seconds(5))
        #expect(bench.cards.dropFirst(before) == [Self.uid7])
    }
}
