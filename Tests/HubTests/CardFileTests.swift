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

    @Test("an empty file is an empty list")
    func empty() throws {
        #expect(try CardFile([]).entries.isEmpty)
    }
}
