import Base
import ReaderDrivers
import Testing

@Suite("A0 frames")
struct UHFA0FrameTests {
    /// Published frames: of the notes to an IND903 (protocol V2.2), of the traffic with readers in the field, and of the
    /// tables that come with a YR903. All checksums reckoned again.
    static let vectors: [(UHFA0Frame, String)] = [
        (UHFA0Frame(address: 0x01, .realTimeInventory, [0x01]), "A004018901D1"),
        (UHFA0Frame(address: 0x00, .realTimeInventory, [0x01]), "A004008901D2"),
        (UHFA0Frame(address: 0x01, .getFirmwareVersion), "A0030172EA"),
        (UHFA0Frame(.getFirmwareVersion), "A003FF72EC"),
        (UHFA0Frame(address: 0x01, .getFirmwareVersion, [0x01, 0x09]), "A00501720109DE"),
        (UHFA0Frame(.reset), "A003FF70EE"),
        (UHFA0Frame(address: 0x01, .reset), "A0030170EC"),
        (UHFA0Frame(address: 0x01, .getOutputPower), "A0030177E5"),
        (UHFA0Frame(address: 0x01, .getOutputPower, [23]), "A004017717CD"),
        (UHFA0Frame(address: 0x01, .setOutputPower, [23]), "A004017617CE"),
        (UHFA0Frame(address: 0x01, .setOutputPower, [26]), "A00401761ACB"),
        (UHFA0Frame(address: 0x01, .setOutputPower, [0x10]), "A004017610D5"),
        (UHFA0Frame(address: 0x01, .read, [0x02, 0x00, 0x0C]), "A006018102000CCA"),
        (
            UHFA0Frame(address: 0x01, .setAccessEPCMatch, [0x00, 0x0C] + bytes("112233445566778899 00AABB")),
            "A0110185000C11223344556677889900AABB5B"
        ),
        (UHFA0Frame(address: 0x01, .setAccessEPCMatch, [0x10]), "A004018510C6"),
        (
            UHFA0Frame(address: 0x01, .realTimeInventory, bytes("04 3000 E20030166613012115 5074EF 45")),
            "A0130189043000E200301666130121155074EF45BF"
        ),
        (UHFA0Frame(address: 0x01, .realTimeInventory, bytes("00 0011 00000005")), "A00A01890000110000 0005B6"),
        (UHFA0Frame(address: 0x01, .realTimeInventory, bytes("00 001B 00000001")), "A00A018900001B00000001B0"),
    ]

    static let report = vectors[15].0
    static let endOfRound = vectors[16].0

    func parse(_ bytes: [UInt8]) -> [UHFA0Frame] {
        var parser = UHFA0FrameParser()
        return parser.frames(in: bytes)
    }

    @Test("published frames are written and read", arguments: vectors)
    func vector(frame: UHFA0Frame, line: String) {
        #expect(frame.bytes == bytes(line))
        #expect(parse(bytes(line)) == [frame])
    }

    @Test("every length comes back")
    func lengths() {
        for count in 0...UHFA0Frame.maximumDataLength {
            let frame = UHFA0Frame(address: 0x01, .read, (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) })
            #expect(parse(frame.bytes) == [frame])
        }
    }

    @Test("a read may end anywhere, and a frame is there with its last byte")
    func splits() {
        let line = Self.report.bytes + Self.endOfRound.bytes + Self.report.bytes
        for cut in 0...line.count {
            var parser = UHFA0FrameParser()
            #expect(
                parser.frames(in: Array(line[..<cut])) + parser.frames(in: Array(line[cut...]))
                    == [Self.report, Self.endOfRound, Self.report])
        }
        var parser = UHFA0FrameParser()
        #expect(parser.frames(in: Array(Self.report.bytes.dropLast())) == [])
        #expect(parser.frames(in: [Self.report.bytes.last!]) == [Self.report])
    }

    @Test(
        "garbage between frames is passed over",
        arguments: [
            [], [0x00], [0xA0], [0xA0, 0xA0], [0xFF, 0xFF, 0xFF],
            // A length too short, one too long, an unknown command, and a wrong checksum.
            [0xA0, 0x02, 0x01], [0xA0, 0xFF, 0x01, 0x89], [0xA0, 0x04, 0x01, 0x99, 0x01], [0xA0, 0x04, 0x01, 0x89, 0x01, 0xD2],
            // A torn report: the next frame's bytes complete it, and must not be lost with it.
            [0xA0, 0x13, 0x01, 0x89, 0x04, 0x30, 0x00],
        ] as [[UInt8]])
    func garbage(garbage: [UInt8]) {
        let line = garbage + Self.report.bytes + garbage + Self.endOfRound.bytes + [UInt8](repeating: 0, count: 20)
        #expect(parse(line) == [Self.report, Self.endOfRound])
    }

    @Test("a frame with a damaged byte is never taken for another one")
    func damage() {
        let bytes = Self.report.bytes
        for index in bytes.indices {
            for change in 1...255 as ClosedRange<UInt8> {
                var damaged = bytes
                damaged[index] ^= change
                #expect(parse(damaged).isEmpty)
            }
        }
    }

    @Test("an unfinished frame can be given up")
    func reset() {
        var parser = UHFA0FrameParser()
        #expect(parser.frames(in: [0xA0, 0x13, 0x01, 0x89, 0x04]) == [])
        parser.reset()
        #expect(parser.frames(in: Self.report.bytes) == [Self.report])
    }

    @Test("after any of hundreds of random lines, a quiet line brings the next frame through")
    func randomLines() {
        var random = SeededGenerator(seed: 0xA0)
        for _ in 0..<500 {
            var parser = UHFA0FrameParser()
            _ = parser.frames(in: random.noise(0...200, like: Self.report.bytes))
            _ = parser.frames(in: [UInt8](repeating: 0, count: 100))
            #expect(parser.frames(in: Self.report.bytes) == [Self.report])
        }
    }
}

/// The bytes that hexadecimal digits name; blanks are there for the reader.
func bytes(_ digits: String) -> [UInt8] {
    let values = digits.compactMap { $0.hexDigitValue }
    return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
}
