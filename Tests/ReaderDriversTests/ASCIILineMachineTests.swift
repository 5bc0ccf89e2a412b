import Base
import TestSupport
import Testing

@testable import ReaderDrivers

@Suite("ASCII-line machine")
struct ASCIILineMachineTests {
    static let tag: [UInt8] = [0x1F, 0x00, 0x64, 0x4B, 0xB6]

    func bench() -> ReaderBench {
        var bench = ReaderBench(.asciiLine)
        bench.open()
        bench.pass(.milliseconds(250))
        return bench
    }

    @Test("a port that stays open is a reader, though it says nothing")
    func silence() {
        var bench = bench()
        bench.pass(.milliseconds(700))
        #expect(bench.outputs.isEmpty)
        bench.pass(.seconds(3600))
        #expect(bench.outputs == [.ready("listening")])
        #expect(bench.written.isEmpty)
        #expect(bench.machine.nextDeadline == nil)
    }

    @Test("a port that is closed at once was no reader")
    func flapping() {
        var bench = bench()
        bench.close()
        bench.pass(.seconds(10))
        #expect(bench.outputs.isEmpty)
    }

    @Test("each further report of a card that is held is a sighting")
    func held() {
        var bench = bench()
        bench.place(Self.tag)
        bench.pass(.seconds(10))
        #expect(bench.cards == [Self.tag])
        #expect(bench.sightings.count == 153)
    }

    @Test("a card of which the loop reads late, since it was held up, makes no second tap")
    func heldUp() {
        var machine = ASCIILineMachine(CardReaderSettings())
        func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }
        let line: DeviceEvent = .bytes(Array("04A2B3C4\r".utf8))
        _ = machine.handle(.opened, now: at(0))
        _ = machine.handle(.timer, now: at(200))
        #expect(machine.handle(line, now: at(300)) == [.ready("listening"), .card(uid: [0x04, 0xA2, 0xB3, 0xC4])])
        #expect(machine.nextDeadline == at(800))
        #expect(machine.handle(line, now: at(900)) == [.sighting(uid: [0x04, 0xA2, 0xB3, 0xC4])])
        #expect(machine.nextDeadline == at(1400))
        _ = machine.handle(.timer, now: at(1400))
        #expect(machine.nextDeadline == nil)
        #expect(machine.handle(line, now: at(1500)) == [.card(uid: [0x04, 0xA2, 0xB3, 0xC4])])
    }

    @Test("a reader of lines tells a card once; the same card later is another tap")
    func lines() {
        var bench = bench()
        bench.place([0x04, 0xA2, 0xB3, 0xC4])
        bench.pass(.seconds(10))
        bench.place([0x04, 0xA2, 0xB3, 0xC4])
        bench.pass(.seconds(10))
        #expect(bench.cards.count == 2)
        #expect(bench.sightings.isEmpty)
    }

    @Test("who opens the port in the middle of a line does not take its end for a card")
    func openedInLine() {
        var bench = ReaderBench(.asciiLine)
        bench.open()
        bench.pass(.milliseconds(5))
        bench.feed(Array("B3C4D5E6\r\n".utf8))
        #expect(bench.cards.isEmpty)
        bench.feed(Array("04A2B3C4D5E680\r\n".utf8))
        #expect(bench.cards == [[0x04, 0xA2, 0xB3, 0xC4, 0xD5, 0xE6, 0x80]])
    }

    @Test("a line that halts is given up, and the next one is read by itself")
    func torn() {
        var bench = bench()
        bench.feed(Array("04A2".utf8))
        bench.pass(.milliseconds(300))
        bench.feed(Array("04A2B3C4\r\n".utf8))
        #expect(bench.cards == [[0x04, 0xA2, 0xB3, 0xC4]])
    }

    @Test("a line that comes in pieces without a halt is read")
    func pieces() {
        var bench = bench()
        for byte in "04A2B3C4\r\n".utf8 {
            bench.feed([byte])
            bench.pass(.milliseconds(100))
        }
        #expect(bench.cards == [[0x04, 0xA2, 0xB3, 0xC4]])
    }

    @Test("three unreadable lines in a row are told once, and the next card makes it good")
    func garbage() {
        var bench = bench()
        bench.pass(.seconds(2))
        for _ in 0..<50 { bench.feed(Array("\u{2}1F00644BB687\u{3}".utf8)) }
        let reason = "3 lines in a row are unreadable, the last: a wrong checksum (check `baud`, `terminator`, wiring)"
        #expect(bench.outputs == [.ready("listening"), .recovering(reason: reason)])
        bench.place(Self.tag)
        #expect(bench.outputs.dropFirst(2) == [.ready("listening"), .card(uid: Self.tag)])
    }

    @Test("garbage now and then is noise, of which nobody hears")
    func noise() {
        var bench = bench()
        for _ in 0..<100 {
            bench.feed(Array("?\r".utf8))
            bench.pass(.seconds(61))
        }
        #expect(bench.outputs == [.ready("listening")])
    }

    @Test("frames that an RDM6300 sends by itself are cards but for the zeros, and none of them where two reads are wanted")
    func ghosts() throws {
        let frames = try DeviceInput.messages("rdm6300-ghosts.txt")
        for (wanted, cards) in [(1, frames.count - 1), (2, 0)] {
            var bench = ReaderBench(.asciiLine) { $0.confirmReads = wanted }
            bench.open()
            bench.pass(.seconds(2))
            for frame in frames {
                bench.feed(frame)
                bench.pass(.seconds(10))
            }
            #expect(bench.cards.count == cards)
            #expect(bench.outputs.filter { $0 == .unreadable }.count == 1)
            #expect(bench.states == [.ready("listening")])
        }
    }
}
