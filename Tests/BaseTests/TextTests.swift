import Base
import Testing

/// From Unicode's lists: what is not seen.
private let unseenScalars: [ClosedRange<UInt32>] = [
    0x00...0x1F, 0x7F...0x9F,  // C0, DEL and C1
    0xAD...0xAD,  // soft hyphen
    0x34F...0x34F,  // combining grapheme joiner
    0x600...0x605, 0x61C...0x61C, 0x6DD...0x6DD, 0x70F...0x70F,  // Arabic letter mark, and number signs
    0x115F...0x1160,  // Hangul fillers
    0x17B4...0x17B5, 0x180B...0x180F,
    0x200B...0x200F,  // zero widths, and marks of direction
    0x2028...0x2029,  // line and paragraph separator
    0x202A...0x202E, 0x2060...0x206F,  // embeddings, overrides, isolates
    0x3164...0x3164, 0xFFA0...0xFFA0, 0xFE00...0xFE0F, 0xFEFF...0xFEFF, 0xFFF9...0xFFFB, 0x1D173...0x1D17A,
    0xE0001...0xE0001, 0xE0020...0xE007F, 0xE0100...0xE01EF,  // tags, and more variation selectors
]

@Suite("texts that leave the program")
struct TextTests {
    @Test(
        "a masked number or ticket keeps its last four characters, a short one its last",
        arguments: [
            ("00065537", "****5537"), ("65537", "****5537"), ("5537", "****7"), ("7", "****7"), ("", "****"),
            ("VT1票据一二三", "****据一二三"),
        ])
    func masked(whole: String, shown: String) {
        #expect(whole.masked == shown)
        #expect("x\(whole)".dropFirst().masked == shown)
    }

    @Test(
        "numbers are padded with zeros, and never cut",
        arguments: [(0, 2, "00"), (7, 2, "07"), (12, 2, "12"), (123, 2, "123"), (5, 0, "5"), (2026, 4, "2026"), (33, 4, "0033")])
    func padded(number: Int, width: Int, text: String) {
        #expect(number.zeroPadded(to: width) == text)
    }

    @Test("dates and times of day have two digits for each part, and four for the year")
    func civil() throws {
        let time = try #require(CivilTime(year: 2026, month: 3, day: 1, hour: 7, minute: 5, second: 9))
        #expect(time.date == "2026-03-01" && time.timeOfDay == "07:05:09")
        #expect(WallTime(milliseconds: time.secondsSince1970 * 1000 + 7).timestamp == "2026-03-01T07:05:09.007Z")
    }

    @Test("what a terminal obeys, turns round or hides becomes a question mark", arguments: unseenScalars)
    func unseen(range: ClosedRange<UInt32>) throws {
        for value in range {
            let text = "a\(try #require(Unicode.Scalar(value)))b"
            #expect(text.printable == "a?b", "U+\(String(value, radix: 16))")
            #expect(text.logField == "\"a?b\"")
            #expect(text.printableJSON.unicodeScalars.allSatisfy { !$0.isUnseen || $0 == "\n" })
        }
    }

    @Test(
        "what is seen stays as it is, blanks too",
        arguments: ["公交卡 é", "a\u{A0}b\u{3000}c\u{2003}d", "🚌 N\u{303}", "\u{E000}", "[2J;\\x1b", ""])
    func seen(text: String) {
        #expect(text.printable == text && text.printableLines == text && text.printableJSON == text)
    }

    @Test(
        "a text on a line has no line ends, one of several lines keeps them",
        arguments: [
            ("\u{1B}[2J", "?[2J", "?[2J"), ("a\r\nb\tc", "a??b?c", "a?\nb\tc"),
            ("\u{1B}]52;c;eA\u{7}", "?]52;c;eA?", "?]52;c;eA?"),
            ("\u{202E}gnp.exe", "?gnp.exe", "?gnp.exe"), ("a\u{2028}b\u{85}c", "a?b?c", "a?b?c"),
        ])
    func printable(text: String, line: String, lines: String) {
        #expect(text.printable == line)
        #expect(text.printableLines == lines)
    }

    @Test(
        "JSON on a terminal says the same in escapes",
        arguments: [
            ("{\"a\":\"\u{9B}31m\u{202E}票\"}\n", "{\"a\":\"\\u009b31m\\u202e票\"}\n"),
            ("\"\u{E0041}\u{7F}\"", "\"\\udb40\\udc41\\u007f\""),
        ])
    func json(text: String, shown: String) {
        #expect(text.printableJSON == shown)
    }

    @Test(
        "a field of a log's line is a word or stands between quotation marks, so that no text forges the next field",
        arguments: [
            ("****5537", "****5537"), ("票据", "票据"), ("", "\"\""), ("x outcome=accepted", "\"x outcome=accepted\""),
            ("x\" outcome=accepted", "\"x\\\" outcome=accepted\""), ("a\\", "\"a\\\\\""), ("a=b", "\"a=b\""),
            ("a\u{3000}b", "\"a\u{3000}b\""), ("a\nb", "\"a?b\""),
        ])
    func field(text: String, field: String) {
        #expect(text.logField == field)
    }
}
