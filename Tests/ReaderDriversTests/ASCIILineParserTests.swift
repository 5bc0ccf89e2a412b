import Testing

@testable import ReaderDrivers

@Suite("ASCII lines")
struct ASCIILineParserTests {
    func items(
        _ bytes: [UInt8], terminator: [UInt8] = [0x0D], _ content: CardReaderSettings.LineContent = .automatic
    ) -> [ASCIILineParser.Item] {
        var parser = ASCIILineParser(terminator: terminator, content: content)
        return parser.items(in: bytes)
    }

    /// The UID in one line of text; nil when it is refused.
    func uid(_ text: String, _ content: CardReaderSettings.LineContent = .automatic) -> [UInt8]? {
        guard case .card(let uid) = items(Array("\(text)\r".utf8), content).first else { return nil }
        return uid
    }

    /// Frames as published for the devices.
    static let frames: [(String, [UInt8], uid: [UInt8])] = [
        ("RDM6300", Array("\u{2}1F00644BB686\u{3}".utf8), [0x1F, 0x00, 0x64, 0x4B, 0xB6]),
        ("RDM6300 clone, raw checksum", Array("\u{2}0114AE3BBC\u{3C}\u{3}".utf8), [0x01, 0x14, 0xAE, 0x3B, 0xBC]),
        ("ID-20LA", Array("\u{2}0500207B326C\r\n\u{3}".utf8), [0x05, 0x00, 0x20, 0x7B, 0x32]),
        ("HX530", Array("\u{2}62E3086CED08\u{3}".utf8), [0x62, 0xE3, 0x08, 0x6C, 0xED]),
        (
            "Gwiot 7941E", [0x02, 0x0A, 0x02, 0x2E, 0x00, 0xB6, 0xD7, 0xB5, 0xF2, 0x03],
            [0x2E, 0x00, 0xB6, 0xD7, 0xB5]
        ),
        // Raw checksums that look like the start, the end, or the line end of a frame.
        ("raw checksum 02", Array("\u{2}0000000002\u{2}\u{3}".utf8), [0, 0, 0, 0, 2]),
        ("raw checksum 03", Array("\u{2}0000000003\u{3}\u{3}".utf8), [0, 0, 0, 0, 3]),
        ("raw checksum 0D", Array("\u{2}000000000D\r\r\n\u{3}".utf8), [0, 0, 0, 0, 0x0D]),
        ("MIFARE on Gwiot", [0x02, 0x09, 0x01, 0x02, 0x03, 0x0D, 0x0A, 0x0E, 0x03], [0x02, 0x03, 0x0D, 0x0A]),
    ]

    @Test("published frames are read", arguments: frames)
    func frame(name: String, bytes: [UInt8], uid: [UInt8]) {
        #expect(items(bytes) == [.card(uid: uid)])
        #expect(items(bytes + bytes + [0x0D, 0x0A] + bytes) == [.card(uid: uid), .card(uid: uid), .card(uid: uid)])
    }

    @Test("a read may end anywhere", arguments: frames)
    func splits(name: String, bytes: [UInt8], uid: [UInt8]) {
        var parser = ASCIILineParser(terminator: [0x0D], content: .automatic)
        #expect((bytes + bytes).flatMap { parser.items(in: [$0]) } == [.card(uid: uid), .card(uid: uid)])
    }

    @Test("no frame with one wrong byte is a card", arguments: frames)
    func damaged(name: String, bytes: [UInt8], uid: [UInt8]) {
        for index in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << bit
                var parser = ASCIILineParser(terminator: [0x0D], content: .automatic)
                let cards = parser.items(in: damaged).filter { if case .card(let found) = $0 { found != uid } else { false } }
                #expect(cards.isEmpty, "byte \(index), bit \(bit)")
                _ = parser.giveUp()
                #expect(parser.items(in: bytes) == [.card(uid: uid)])
            }
        }
    }

    @Test("a frame that lost bytes is no card, though its digits would make a line")
    func lostBytes() {
        #expect(!items(Array("\u{2}0500207B32\r\n\u{3}".utf8)).contains(.card(uid: [0x05, 0x00, 0x20, 0x7B, 0x32])))
        #expect(items(Array("\u{2}050020\r\n\u{3}04A2B3C4\r".utf8)).last == .card(uid: [0x04, 0xA2, 0xB3, 0xC4]))
    }

    @Test("a frame that begins in the middle of a line ends it")
    func interrupted() {
        #expect(
            items(Array("04A2\u{2}1F00644BB686\u{3}".utf8))
                == [.garbage(reason: "a line that breaks off"), .card(uid: [0x1F, 0x00, 0x64, 0x4B, 0xB6])])
    }

    @Test("blanks before a line do not make it too long", arguments: [[0x0D], [0x0D, 0x0A], [0x0D, 0x23]] as [[UInt8]])
    func leadingBlanks(terminator: [UInt8]) {
        let line = Array("04A2B3C4".utf8) + terminator
        #expect(
            items([UInt8](repeating: 0, count: 100) + line + terminator + line, terminator: terminator)
                == [.card(uid: [0x04, 0xA2, 0xB3, 0xC4]), .card(uid: [0x04, 0xA2, 0xB3, 0xC4])])
    }

    @Test(
        "hexadecimal lines, with or without blanks, colons, dashes and a label",
        arguments: [
            "04A2B3C4", "04a2b3c4", "04 A2 B3 C4", "04:A2:B3:C4", "04-a2-b3-c4", "  04A2B3C4 \n", "0x04A2B3C4",
            "UID:04A2B3C4", "uid = 04 A2 B3 C4", "Card: 0x04A2B3C4", "ID=04:A2:B3:C4",
        ])
    func hexadecimalLine(text: String) {
        #expect(uid(text) == [0x04, 0xA2, 0xB3, 0xC4])
        #expect(uid(text, .hexadecimal) == [0x04, 0xA2, 0xB3, 0xC4])
    }

    @Test(
        "what is not quite a number is refused",
        arguments: [
            "04A2B3", "04A2B3C", "04A2B3C4X", "04A2B3C4D5E6", "RFID reader 2019-10-22", "188,24910", "NOREAD",
            "UID:", "UID 04A2B3C4",
            "0123456789ABCDEF0123456789ABCDEF01", "12.34.56.78",
        ])
    func refused(text: String) {
        #expect(uid(text) == nil)
        #expect(uid(text, .hexadecimal) == nil)
        #expect(uid(text, .decimal) == nil)
    }

    @Test("a decimal line is a UID of four bytes, most significant first")
    func decimalLine() {
        #expect(uid("1446047753", .decimal) == [0x56, 0x30, 0xF0, 0x09])
        #expect(uid("0000000042", .decimal) == [0, 0, 0, 42])
        #expect(uid("1234567", .decimal) == [0x00, 0x12, 0xD6, 0x87])
        #expect(uid("4294967295", .decimal) == [255, 255, 255, 255])
        #expect(uid("4294967296", .decimal) == nil)
        #expect(uid("00000000042", .decimal) == nil)
        #expect(uid("04A2B3C4", .decimal) == nil)
    }

    @Test("without a setting, ten decimal digits are decimal and any other text is hexadecimal")
    func automatic() {
        #expect(uid("1446047753") == [0x56, 0x30, 0xF0, 0x09])
        #expect(uid("14460477") == [0x14, 0x46, 0x04, 0x77])
        #expect(uid("14460477531234") == [0x14, 0x46, 0x04, 0x77, 0x53, 0x12, 0x34])
        #expect(uid("9999999999") == [0x99, 0x99, 0x99, 0x99, 0x99])
        #expect(uid("1446047753", .hexadecimal) == [0x14, 0x46, 0x04, 0x77, 0x53])
    }

    @Test("a reader of five bytes is known by the first of its cards with a letter")
    func fiveBytes() {
        #expect(
            items(Array("1F00644BB6\r1446047753\r".utf8))
                == [.card(uid: [0x1F, 0x00, 0x64, 0x4B, 0xB6]), .card(uid: [0x14, 0x46, 0x04, 0x77, 0x53])])
    }

    @Test("the terminator may be anything", arguments: [[0x0D, 0x0A], [0x0A], [0x03], [0x3B], [0x00]] as [[UInt8]])
    func terminators(terminator: [UInt8]) {
        let line = Array("04A2B3C4".utf8) + terminator
        let card = ASCIILineParser.Item.card(uid: [0x04, 0xA2, 0xB3, 0xC4])
        #expect(items(line + line, terminator: terminator) == [card, card])
        #expect(items(Array("04A2B3C4".utf8), terminator: terminator).isEmpty)
    }

    @Test("STX and ETX around a number without a checksum are passed over where the content is set")
    func unguarded() {
        #expect(
            items(Array("\u{2}1446047753\r\n\u{3}\u{2}0000000042\r\n\u{3}".utf8), .decimal)
                == [.card(uid: [0x56, 0x30, 0xF0, 0x09]), .card(uid: [0, 0, 0, 42])])
    }

    @Test("a line without an end is given up after 64 bytes, and the next one is read")
    func endless() {
        let flood = [UInt8](repeating: UInt8(ascii: "7"), count: 10_000)
        #expect(
            items(flood + Array("\r04A2B3C4\r".utf8))
                == [.garbage(reason: "more than 64 bytes without a line's end"), .card(uid: [0x04, 0xA2, 0xB3, 0xC4])])
    }

    @Test("an empty line says nothing")
    func empty() {
        #expect(items([0x0D, 0x0A, 0x0D, 0x0A, 0x20, 0x0D]).isEmpty)
    }
}
