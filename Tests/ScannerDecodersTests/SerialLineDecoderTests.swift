import Base
import Testing

@testable import ScannerDecoders

@Suite("Serial scanner, bytes to codes")
struct SerialLineDecoderTests {
    static func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: 1_000_000_000 + milliseconds * 1_000_000) }

    static func decoder(_ terminator: String, maximumLength: Int = 40) -> SerialLineDecoder {
        SerialLineDecoder(terminator: Array(terminator.utf8), interCharacter: .milliseconds(100), maximumLength: maximumLength)
    }

    var decoder = decoder("\r")

    func scan(_ text: String) -> ScannerOutput { .scan(Array(text.utf8)) }

    static func outputs(_ decoder: SerialLineDecoder, _ text: String, by size: Int = .max) -> [ScannerOutput] {
        var decoder = decoder
        let bytes = Array(text.utf8)
        return stride(from: 0, to: bytes.count, by: min(size, bytes.count)).flatMap {
            decoder.decode(Array(bytes[$0...].prefix(size)), now: at(Int64($0)))
        }
    }

    // MARK: Terminator

    @Test("a terminator ends a code, however the bytes are cut", arguments: 1...12)
    func split(size: Int) {
        #expect(Self.outputs(decoder, "VT1AB\rcd\r", by: size) == [scan("VT1AB"), scan("cd")])
    }

    @Test("the line feed after a carriage return belongs to it, no other does", arguments: [1, 2, 100])
    func lineFeed(size: Int) {
        #expect(Self.outputs(decoder, "a\r\nb\r\n\nc\r", by: size) == [scan("a"), scan("b"), scan("\nc")])
    }

    @Test("a terminator of several bytes is one", arguments: [1, 3, 100])
    func longTerminator(size: Int) {
        #expect(Self.outputs(Self.decoder("\r\n"), "a\rb\r\nc\r\n", by: size) == [scan("a\rb"), scan("c")])
        #expect(Self.outputs(Self.decoder("END"), "EENDxENEND", by: size) == [scan("E"), scan("xEN")])
    }

    @Test("nothing between two terminators is no code")
    func empty() {
        #expect(Self.outputs(decoder, "\r\r\n\ra\r") == [scan("a")])
    }

    @Test("a code keeps every byte but its terminator")
    mutating func binary() {
        let code = (0...255).map { UInt8($0) }.filter { $0 != 0x0D }
        var decoder = Self.decoder("\r", maximumLength: 256)
        #expect(decoder.decode(code + [0x0D], now: Self.at(0)) == [.scan(code)])
    }

    // MARK: Pause

    @Test("a pause within a code drops it, and the next code is whole")
    mutating func pauseDrops() {
        #expect(decoder.decode(Array("VT1".utf8), now: Self.at(0)).isEmpty)
        #expect(decoder.nextDeadline == Self.at(100))
        #expect(decoder.timeOut(now: Self.at(99)).isEmpty)
        #expect(decoder.timeOut(now: Self.at(100)).map(isDropped) == [true])
        #expect(decoder.nextDeadline == nil)
        #expect(decoder.decode(Array("ab\r".utf8), now: Self.at(101)) == [scan("ab")])
    }

    @Test("without a terminator, a pause ends a code of any bytes")
    mutating func pauseEnds() {
        var decoder = Self.decoder("")
        #expect(decoder.decode([0x80, 0x0D], now: Self.at(0)).isEmpty)
        #expect(decoder.decode([0x0A, 0], now: Self.at(50)).isEmpty)
        #expect(decoder.nextDeadline == Self.at(150))
        #expect(decoder.timeOut(now: Self.at(150)) == [.scan([0x80, 0x0D, 0x0A, 0])])
        #expect(decoder.timeOut(now: Self.at(400)).isEmpty)
    }

    @Test("a line feed after a pause begins a code")
    mutating func lateLineFeed() {
        #expect(decoder.decode(Array("a\r".utf8), now: Self.at(0)) == [scan("a")])
        #expect(decoder.nextDeadline == Self.at(100))
        #expect(decoder.timeOut(now: Self.at(100)).isEmpty)
        #expect(decoder.nextDeadline == nil)
        #expect(decoder.decode(Array("\nb\r".utf8), now: Self.at(200)) == [scan("\nb")])
    }

    // MARK: Length

    @Test("a code of the greatest length passes, a longer one is dropped once, up to its terminator", arguments: ["\r", "\r\n"])
    func length(terminator: String) {
        let decoder = Self.decoder(terminator, maximumLength: 5)
        #expect(Self.outputs(decoder, "ABCDE\(terminator)") == [scan("ABCDE")])
        for size in [1, 100] {
            let outputs = Self.outputs(decoder, "ABCDEF\(terminator)a\(terminator)", by: size)
            #expect(outputs.map(isDropped) == [true, false])
            #expect(Self.outputs(decoder, "ABCDEFGHIJKLMNOP\(terminator)a\(terminator)", by: size).last == scan("a"))
        }
    }

    @Test("without a terminator, what is too long is dropped up to the next pause")
    mutating func lengthWithoutTerminator() {
        var decoder = Self.decoder("", maximumLength: 5)
        #expect(decoder.decode(Array("ABCDEFGHIJKL".utf8), now: Self.at(0)).map(isDropped) == [true])
        #expect(decoder.decode(Array("MN".utf8), now: Self.at(50)).isEmpty)
        #expect(decoder.timeOut(now: Self.at(150)).isEmpty)
        #expect(decoder.decode(Array("ABCDE".utf8), now: Self.at(200)).isEmpty)
        #expect(decoder.timeOut(now: Self.at(300)) == [scan("ABCDE")])
    }

    private func isDropped(_ output: ScannerOutput) -> Bool {
        if case .dropped = output { true } else { false }
    }
}
