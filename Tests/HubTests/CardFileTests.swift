import Base
import Testing

@testable import HubDomain

struct CardFileTests {
    private func mistakes(_ text: String) -> [String] {
        do throws(CardFileMistakes) {
            _ = try CardFile(Array(text.utf8))
            return []
        } catch {
            return error.all.map(\.description)
        }
    }

    @Test(
        "cards are read with or without a heading, quotes, blanks, a byte order mark and CRLF",
        arguments: [
            "card_no,flag\n00065537,1\ndead,0\n",
            "00065537,1\ndead,0",
            "\u{FEFF}card_no,flag\r\n\"00065537\",\"1\"\r\n\r\n dead , 0 \r\n",
            "Card_No, Flag,,\r\n00065537,1,,\r\n,,,\r\n,\r\ndead,0\r\n\t,\r\n",
            "\"00-06:55-37 \",1\n\u{A0}DE:AD\u{3000},0",
        ])
    func good(text: String) throws {
        #expect(try CardFile(Array(text.utf8)).entries == entries("00065537", "-DEAD"))
    }

    @Test("every bad line is reported with its number")
    func bad() {
        let text = "card_no,flag\n00065537,1\nXYZ,1\nAA\nAA,2\n,1\nBB,1,0\n00065537,0\n00065537,1\n"
        #expect(
            mistakes(text) == [
                "3: card_no \"XYZ\" is not 1 to 30 hexadecimal digits",
                "4: has 1 field(s); card_no,flag is expected",
                "5: flag \"2\" is neither 1 (may ride) nor 0 (blocked)",
                "6: card_no \"\" is not 1 to 30 hexadecimal digits",
                "7: has 3 field(s); card_no,flag is expected",
                "8: card 00065537 has the other flag on line 2",
            ])
    }

    @Test(
        "what is no such file is told in a line that gives a terminal no commands",
        arguments: [
            ("卡号,状态\n00065537,1", "1: \"卡号\" … is neither the heading card_no,flag nor a card"),
            ("Name;Status\n", "1: \"Name;Status\" … is neither the heading card_no,flag nor a card"),
            ("00065537;1\n", "1: \"00065537;1\" … is neither the heading card_no,flag nor a card"),
            ("card_no,flag\n00065537;1\n", "2: separates its fields by other than commas; card_no,flag is expected"),
            ("card_no,flag\n00065537\t1\n", "2: separates its fields by other than commas; card_no,flag is expected"),
            ("AA,1\n\u{1B}[2J\u{9B}2J,1", "2: card_no \"?[2J?2J\" is not 1 to 30 hexadecimal digits"),
            ("AA,1\n6.9E+12,1", "2: card_no \"6.9E+12\" is not 1 to 30 hexadecimal digits"),
            ("AA,1\nBB,\u{7}", "2: flag \"?\" is neither 1 (may ride) nor 0 (blocked)"),
            (
                "AA,1\n" + String(repeating: "卡", count: 100_000) + ",1",
                "2: card_no \"" + String(repeating: "卡", count: 40) + "…\" is not 1 to 30 hexadecimal digits"
            ),
        ])
    func foreign(text: String, mistake: String) {
        #expect(mistakes(text) == [mistake])
    }

    @Test("UTF-16 is told as such, once", arguments: [[0xFF, 0xFE], [0xFE, 0xFF], []] as [[UInt8]])
    func utf16(mark: [UInt8]) {
        let bytes = mark + Array("card_no,flag\n00065537,1\n".utf8).flatMap { [$0, 0] }
        let mistakes = #expect(throws: CardFileMistakes.self) { try CardFile(bytes) }
        #expect(mistakes?.all.count == 1 && mistakes?.all.first?.text.contains("UTF-16") == true)
    }

    @Test(
        "what a spreadsheet may have made of a number is taken, and told",
        arguments: [
            (["00065537", "65537"], ["2: card_no 65537 has 5 digits: has a spreadsheet dropped zeros?"]),
            (["1E10"], ["1: card_no 1E10 may be a number that a spreadsheet has shortened"]),
            (
                ["0000065537", "0000065538", "65539000"],
                ["3: card_no 65539000 has 8 digits, most have 10: has a spreadsheet dropped zeros?"]
            ),
            (
                ["6222021234567890000"],
                ["1: card_no 6222021234567890000 has zeros behind its 15th digit: has a spreadsheet rounded it?"]
            ),
            (["00065537", "04A2B3C4D5E680", "6222021234567890123", "E0040100000000000000"], []),
        ])
    func suspicious(cards: [String], told: [String]) throws {
        let file = try CardFile(Array(cards.map { $0 + ",1\n" }.joined().utf8))
        #expect(file.entries.count == cards.count)
        #expect(file.suspicions.map(\.description) == told)
    }

    @Test("an empty file is an empty list")
    func empty() throws {
        #expect(try CardFile([]).entries.isEmpty)
    }
}
