import Base
import ReaderDrivers
import Testing

@Suite("PN532 frames")
struct PN532FrameTests {
    /// Frames, and their bytes on the line with checksums reckoned by hand.
    static let vectors: [(PN532Frame, [UInt8])] = [
        (.information(.toChip, [0x4A, 0x01, 0x00]), [0x00, 0x00, 0xFF, 0x04, 0xFC, 0xD4, 0x4A, 0x01, 0x00, 0xE1, 0x00]),
        (.information(.toChip, [0x02]), [0x00, 0x00, 0xFF, 0x02, 0xFE, 0xD4, 0x02, 0x2A, 0x00]),
        (
            .information(.toHost, [0x03, 0x32, 0x01, 0x06, 0x07]),
            [0x00, 0x00, 0xFF, 0x06, 0xFA, 0xD5, 0x03, 0x32, 0x01, 0x06, 0x07, 0xE8, 0x00]
        ),
        (.acknowledge, [0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00]),
        (.notAcknowledge, [0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00]),
        (.error, [0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00]),
    ]

    static let response = PN532Frame.information(
        .toHost, [0x4B, 0x01, 0x01, 0x00, 0x04, 0x08, 0x04, 0xDE, 0xAD, 0xBE, 0xEF])

    func parse(_ bytes: [UInt8]) -> [PN532Frame] {
        var parser = PN532FrameParser()
        return parser.frames(in: bytes)
    }

    @Test("known frames are written and read as the manual shows them", arguments: vectors)
    func vector(frame: PN532Frame, bytes: [UInt8]) {
        #expect(frame.bytes == bytes)
        #expect(parse(bytes) == [frame])
    }

    @Test("every length comes back, in an extended frame from 255 bytes on")
    func lengths() {
        for count in 1...264 {
            let frame = PN532Frame.information(.toHost, (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) })
            #expect(parse(frame.bytes) == [frame])
            #expect(Array(frame.bytes[3...4]) == (count >= 254 ? [0xFF, 0xFF] : [UInt8(count + 1), 0 &- UInt8(count + 1)]))
        }
    }

    @Test("a read may end anywhere")
    func splits() {
        let line = PN532Frame.acknowledge.bytes + Self.response.bytes + PN532Frame.error.bytes
        for cut in 0...line.count {
            var parser = PN532FrameParser()
            #expect(
                parser.frames(in: Array(line[..<cut])) + parser.frames(in: Array(line[cut...]))
                    == [.acknowledge, Self.response, .error])
        }
        var parser = PN532FrameParser()
        #expect(line.flatMap { parser.frames(in: [$0]) } == [.acknowledge, Self.response, .error])
    }

    @Test("a frame is there with its checksum; nobody waits for the postamble")
    func immediate() {
        var parser = PN532FrameParser()
        let bytes = Self.response.bytes
        #expect(parser.frames(in: Array(bytes.dropLast(2))) == [])
        #expect(parser.frames(in: [bytes[bytes.count - 2]]) == [Self.response])
    }

    @Test(
        "garbage between frames is passed over",
        arguments: [
            [], [0x00], [0xFF], [0x00, 0x00, 0x00], [0x00, 0xFF, 0x55], [0xFF, 0xFF, 0xFF], [0x55, 0x55, 0x00],
            // A false start whose length checksum is wrong, and one whose content's is.
            [0x00, 0x00, 0xFF, 0x04, 0xFB], [0x00, 0x00, 0xFF, 0x02, 0xFE, 0xD5, 0x03, 0x00, 0x00],
            // An extended frame without content, one beyond what the chip can send, and one of an unknown kind.
            [0x00, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00], [0x00, 0xFF, 0xFF, 0xFF, 0x01, 0x0A, 0xF5],
            [0x00, 0xFF, 0x02, 0xFE, 0xD6, 0x00, 0x2A],
        ] as [[UInt8]])
    func garbage(garbage: [UInt8]) {
        let line = garbage + Self.response.bytes + garbage + PN532Frame.acknowledge.bytes + garbage
        #expect(parse(line) == [Self.response, .acknowledge])
    }

    @Test("a frame with a damaged byte is never taken for another one")
    func damage() {
        let bytes = Self.response.bytes
        for index in bytes.indices {
            for change in 1...255 as ClosedRange<UInt8> {
                var damaged = bytes
                damaged[index] ^= change
                let frames = parse(damaged)
                #expect(frames.isEmpty || frames == [Self.response])
            }
        }
    }

    @Test("an unfinished frame can be given up")
    func reset() {
        var parser = PN532FrameParser()
        #expect(parser.frames(in: [0x00, 0x00, 0xFF, 0xF0, 0x10, 0xD5]) == [])
        parser.reset()
        #expect(parser.frames(in: Self.response.bytes) == [Self.response])
    }

    @Test("after any of 10,000 random lines, a quiet line brings the next frame through")
    func randomLines() {
        var random = SeededGenerator(seed: 0x532)
        for _ in 0..<10_000 {
            var parser = PN532FrameParser()
            _ = parser.frames(in: random.noise(0...400, like: Self.response.bytes + PN532Frame.error.bytes))
            _ = parser.frames(in: [UInt8](repeating: 0, count: 280))
            #expect(parser.frames(in: Self.response.bytes) == [Self.response])
        }
    }
}
