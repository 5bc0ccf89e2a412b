import Base
import Testing

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

    @Test(
        "what would command a terminal or forge a line of the log becomes a question mark",
        arguments: [
            ("公交卡 é", "公交卡 é"), ("\u{1B}[2J", "?[2J"), ("a\r\nb\tc", "a??b?c"), ("\u{7F}\u{80}\u{9B}\u{A0}", "???\u{A0}"),
        ])
    func printable(text: String, shown: String) {
        #expect(text.printable == shown)
    }
}
