import Base
import ReaderEmulators
import Testing

@testable import Hardware

@Suite("ASCII-line driver")
nonisolated struct ASCIILineDriverTests {
    static let tag: [UInt8] = [0x1F, 0x00, 0x64, 0x4B, 0xB6]

    func bench(_ settings: CardReaderSettings = CardReaderSettings()) -> ReaderBench {
        var bench = ReaderBench(ASCIILineDriver(settings), ASCIILineEmulator())
        bench.open()
        bench.pass(.milliseconds(250))
        return bench
    }

    func sightings(_ bench: ReaderBench) -> Int {
        bench.outputs.count { if case .sighting = $0 { true } else { false } }
    }

    @Test("a port that stays open is a reader, though it says nothing")
    func silence() {
        var bench = bench()
        bench.pass(.milliseconds(700))
        #expect(bench.outputs.isEmpty)
        bench.pass(.seconds(3600))
        #expect(bench.outputs == [.ready("listening")])
        #expect(bench.written.isEmpty)
        #expect(bench.driver.nextDeadline == nil)
    }

    @Test("a port that is closed at once was no reader")
    func flapping() {
        var bench = bench()
        bench.close()
        bench.pass(.seconds(10))
        #expect(bench.outputs.isEmpty)
    }

    @Test("a card that is held is one tap, however often the reader tells it")
    func held() {
        var bench = bench()
        bench.place(Self.tag)
        bench.pass(.seconds(10))
        #expect(bench.cards == [Self.tag])
        #expect(sightings(bench) == 153)
    }

    @Test("a reader that misses a card for less than the hold time makes no second tap")
    func missed() {
        var bench = bench()
        for _ in 0..<20 {
            bench.place(Self.tag)
            bench.pass(.milliseconds(200))
            bench.chip.removeCard()
            bench.pass(.milliseconds(300))
        }
        #expect(bench.cards == [Self.tag])
    }

    @Test("a card of which the loop reads late, since it was held up, makes no second tap")
    func heldUp() {
        var driver = ASCIILineDriver(CardReaderSettings())
        func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }
        let line: CardReaderInput = .bytes(Array("04A2B3C4\r".utf8))
        _ = driver.handle(.opened, now: at(0))
        _ = driver.handle(.timer, now: at(200))
        #expect(driver.handle(line, now: at(300)) == [.ready("listening"), .card(uid: [0x04, 0xA2, 0xB3, 0xC4])])
        #expect(driver.nextDeadline == at(800))
        #expect(driver.handle(line, now: at(900)) == [.sighting(uid: [0x04, 0xA2, 0xB3, 0xC4])])
        #expect(driver.nextDeadline == at(1400))
        _ = driver.handle(.timer, now: at(1400))
        #expect(driver.nextDeadline == nil)
        #expect(driver.handle(line, now: at(1500)) == [.card(uid: [0x04, 0xA2, 0xB3, 0xC4])])
    }

    @Test("a card that is taken away and put back is two taps")
    func putBack() {
        var bench = bench()
        bench.place(Self.tag)
        bench.pass(.seconds(1))
        bench.chip.removeCard()
        bench.pass(.milliseconds(600))
        bench.place(Self.tag)
        #expect(bench.cards == [Self.tag, Self.tag])
    }

    @Test("another card is a tap at once, and so are two in turns, once each")
    func twoCards() {
        var bench = bench()
        for _ in 0..<10 {
            bench.place(Self.tag)
            bench.pass(.milliseconds(100))
            bench.place([1, 2, 3, 4, 5])
            bench.pass(.milliseconds(100))
        }
        #expect(bench.cards == [Self.tag, [1, 2, 3, 4, 5]])
    }

    @Test("a reader of lines tells a card once; the same card later is another tap")
    func lines() {
        var bench = bench()
        bench.place([0x04, 0xA2, 0xB3, 0xC4])
        bench.pass(.seconds(10))
        bench.place([0x04, 0xA2, 0xB3, 0xC4])
        bench.pass(.seconds(10))
        #expect(bench.cards.count == 2)
        #expect(sightings(bench) == 0)
    }

    @Test("an outage is no departure of the card that lies on the reader")
    func outage() {
        var bench = bench()
        bench.place(Self.tag)
        bench.pass(.seconds(1))
        bench.close()
        bench.chip.removeCard()
        bench.pass(.seconds(60))
        bench.open()
        bench.place(Self.tag)
        bench.pass(.seconds(1))
        #expect(bench.cards == [Self.tag])
    }

    @Test("who opens the port in the middle of a line does not take its end for a card")
    func openedInLine() {
        var bench = ReaderBench(ASCIILineDriver(CardReaderSettings()), ASCIILineEmulator())
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

    @Test("2,000 random lines neither crash it nor keep it from reading the next card")
    func randomLines() {
        var random = SplitMix64(seed: 0xA5C1)
        let telling: [UInt8] = [0x02, 0x03, 0x0D, 0x0A, 0x09, 0x0A, 0x30, 0x41, 0x46]
        var bench = bench()
        for _ in 0..<2000 {
            let line = (0..<Int.random(in: 0...100, using: &random)).map { _ in
                Bool.random(using: &random) ? telling.randomElement(using: &random)! : UInt8.random(in: 0...255, using: &random)
            }
            bench.feed(line)
            bench.pass(.milliseconds(Int.random(in: 0...300, using: &random)))
        }
        bench.pass(.seconds(1))
        let before = bench.cards.count
        bench.place(Self.tag)
        #expect(bench.cards.dropFirst(before) == [Self.tag])
    }
}
