import Base
import Testing

@testable import ReaderDrivers

@Suite("TWN4 machine")
struct TWN4MachineTests {
    static let uid4: [UInt8] = [0x66, 0xCF, 0x4D, 0xC2]
    static let ready = CardReaderOutput.ready("TWN4/B1.64/NCF5.20/PRS1.04")

    func polling() -> ReaderBench {
        var bench = ReaderBench(.twn4)
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
        bench.pass(TWN4Machine.pollInterval)
        bench.feed(Array("000180200466CF4DC2".utf8))
        #expect(bench.cards.isEmpty)
        bench.feed([0x0D])
        #expect(bench.cards == [Self.uid4])
    }

    @Test("a reader that never answers is asked again, then who it is, each time on a line in step")
    func ladder() {
        var bench = ReaderBench(.twn4)
        bench.line = { _, _ in [] }
        bench.open()
        bench.pass(.seconds(10))
        #expect(bench.outputs.last == .reopen(reason: "no answer in 1000 ms"))
        #expect(bench.written.map(text) == ["\r", "0004FF\r", "\r", "0004FF\r", "\r", "0004FF\r"])
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
            ("000180200504A2B3C4", "tag data is torn"), ("000180200304A2B3C4", "tag data is torn"),
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

    @Test(
        "a tag without a number, or with a longer one than was asked for, is a tag's trouble",
        arguments: ["0001800000", "0001800011" + String(repeating: "AB", count: 17)])
    func unreadable(answer: String) {
        var bench = polling()
        bench.line = { _, _ in Array("\(answer)\r".utf8) }
        bench.pass(.seconds(1))
        #expect(bench.outputs == [Self.ready, .unreadable])
    }
}
