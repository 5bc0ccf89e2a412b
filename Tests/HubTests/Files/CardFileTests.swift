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
        #expect(Array(try CardFile(Array(text.utf8)).entries) == entries("00065537", "-DEAD"))
    }

    @Test(
        "cards are read as spreadsheets write them: any separator, any line end, texts that look like formulas",
        arguments: [
            "card_no;flag\r\n00065537;1\r\ndead;0\r\n",
            "card_no\tflag\r00065537\t1\rdead\t0\r",
            "sep=;\r\n00065537;1\r\ndead;0\r\n",
            "\"sep=\t\"\n\n00065537\t1\ndead\t0",
            "卡号,标志\n00065537,1\ndead,0\n",
            "卡号；,标志\n00065537,1\ndead,0\n".replacing("；", with: ""),
            "Card No. ,Flag\n00065537,1\ndead,0\n".replacing(".", with: ""),
            "=\"00065537\",1\n\"=\"\"dead\"\"\",=\"0\"\n",
            "'00065537,'1\n'dead,0\n",
            "\"card_no\";\"flag\"\n\"00065537\r\n\";1\n\"dead\" ; \"0\"",
        ])
    func spreadsheets(text: String) throws {
        #expect(Array(try CardFile(Array(text.utf8)).entries) == entries("00065537", "-DEAD"))
    }

    @Test("a file that comes in pieces is the same file", arguments: 1...7)
    func pieces(length: Int) throws {
        let text = Array("sep=;\r\n卡号;标志\r\n\"00065537\";1\r\n\"=\"\"dead\"\"\";0\r\n".utf8)
        var reader = CardFileReader()
        for start in stride(from: 0, to: text.count, by: length) {
            reader.take(Array(text[start..<min(start + length, text.count)]))
        }
        #expect(Array(try reader.finish().entries) == entries("00065537", "-DEAD"))
    }

    @Test("cards come in the order of their numbers, short and long ones among each other")
    func order() throws {
        let cards = ["A", "0A", "0A0", "0B", "123456789012345", "1234567890123456", "12345678901234567890", "12345678901234F"]
        let file = try CardFile(Array(cards.reversed().map { $0 + ",1\n" }.joined().utf8))
        #expect(file.entries.map(\.card.description) == cards.sorted())
        #expect(file.entries.count == cards.count)
    }

    @Test("what was read is shown as it was read")
    func layout() throws {
        let layout = try CardFile(Array("sep=;\n\nCard_No;flag\n=\"0065\";1\n\"a\u{1B}b\";0".replacing("\u{1B}", with: "").utf8))
            .layout
        #expect(layout.separator == .semicolon && layout.hasHeading)
        #expect(layout.firstRows.map(\.line) == [3, 4, 5])
        #expect(layout.firstRows.map(\.cells) == [["Card_No", "flag"], ["0065", "1"], ["ab", "0"]])
    }

    @Test("of mistakes without end the first are kept, and all are counted")
    func manyMistakes() {
        let lines = (0..<3000).map { "\($0 % 2 == 0 ? "XX" : "AA"),\($0 / 2 % 2)\n" }.joined()
        let mistakes = #expect(throws: CardFileMistakes.self) { try CardFile(Array(lines.utf8)) }
        #expect(mistakes?.all.count == CardFile.keptMistakes)
        #expect(mistakes?.count == 1500 + 750)
        #expect(mistakes?.all.prefix(3).map(\.line) == [1, 3, 4])
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
            ("姓名,状态\n00065537,1", "1: \"姓名\" … is neither the heading card_no,flag nor a card"),
            ("Name;Status\n", "1: \"Name\" … is neither the heading card_no,flag nor a card"),
            ("00065537|1\n", "1: \"00065537|1\" … is neither the heading card_no,flag nor a card"),
            ("flag,card_no\n1,00065537\n1,0A,", "1: has its columns in another order; card_no,flag is expected"),
            ("card_no,name,flag\n", "1: has 3 columns; save card_no and flag alone"),
            (
                "card_no,flag\n00065537;1\n",
                "2: separates its cells otherwise than the rows before, by a comma; card_no,flag is expected"
            ),
            (
                "card_no;flag\n00065537\t1\n",
                "2: separates its cells otherwise than the rows before, by a semicolon; card_no,flag is expected"
            ),
            ("AA,1\n\"BB,1\nCC,0\n", "2: opens a quotation mark that is never closed"),
            ("AA,1\n\u{1B}[2J\u{9B}2J,1", "2: card_no \"?[2J?2J\" is not 1 to 30 hexadecimal digits"),
            ("AA,1\nBB,\u{7}", "2: flag \"?\" is neither 1 (may ride) nor 0 (blocked)"),
            (
                "AA,1\n" + String(repeating: "卡", count: 100_000) + ",1",
                "2: card_no \"" + String(repeating: "卡", count: 40) + "…\" is not 1 to 30 hexadecimal digits"
            ),
        ])
    func foreign(text: String, mistake: String) {
        #expect(mistakes(text) == [mistake])
    }

    @Test(
        "a number that a spreadsheet has destroyed is refused with its line and the reason",
        arguments: ["1.2E+10", "6.93E+12", "6.9e12", "1E+10", "1,2E+10", "-1E-7"],
        ["AA,1\n\"%\",1\n", "AA,1\n=\"%\",1\n", "AA;1\n%;1\n", "AA\t1\n'%\t1\n", "AA,1\n%,1\n"])
    func destroyed(number: String, text: String) {
        let mistakes = mistakes(text.replacing("%", with: number))
        #expect(mistakes.count == 1)
        #expect(
            mistakes.first
                == "2: card_no \"\(number)\" is what a spreadsheet has made of a number: its digits are lost; "
                + "export the column anew, formatted as text")
    }

    @Test("a column of destroyed numbers is told as such, not as a heading")
    func allDestroyed() {
        let mistakes = mistakes("1.2E+10;1\n1,3E+10;1\n65537.0;1\n")
        #expect(mistakes.count == 3 && mistakes.allSatisfy { $0.contains("lost") })
    }

    @Test("a hexadecimal number with an E is a card", arguments: ["1E100234", "1E10", "0E123456", "E0040100"])
    func hexadecimal(card: String) throws {
        #expect(try CardFile(Array("\(card),1\n".utf8)).entries.map(\.card.description) == [card])
    }

    @Test("UTF-16 without its mark is told as such, once")
    func utf16() {
        let bytes = Array("card_no,flag\n00065537,1\n".utf8).flatMap { [$0, 0] as [UInt8] }
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
