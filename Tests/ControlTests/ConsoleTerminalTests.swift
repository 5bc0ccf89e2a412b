import Base
import TestSupport
import Testing

@testable import validatorctl

@Suite("the console's keys")
struct KeyParserTests {
    private func keys(_ bytes: [UInt8]) -> [Key] {
        var parser = KeyParser()
        return bytes.compactMap { parser.feed($0) } + (parser.pause().map { [$0] } ?? [])
    }

    private func keys(_ text: String) -> [Key] { keys(Array(text.utf8)) }

    @Test("letters, Chinese, Enter and its friends")
    func plain() {
        #expect(keys("a票\r\u{7F}\u{8}") == [.character("a"), .character("票"), .enter, .backspace, .backspace])
        #expect(keys("\u{3}\u{C}") == [.interrupt, .redraw])
    }

    @Test("sequences of a VT100, in both its modes")
    func sequences() {
        #expect(keys("\u{1B}[A\u{1B}OB\u{1B}[5~\u{1B}[6~") == [.up, .down, .pageUp, .pageDown])
        #expect(keys("\u{1B}[24;80R") == [.cursor(row: 24, column: 80)])
        #expect(keys("\u{1B}") == [.escape])
        #expect(keys("\u{1B}[1;5C\u{1B}[99;99;99Rq") == [.character("q")])
    }

    @Test("whatever noise comes, the key after it is understood")
    func noise() {
        for noise: [UInt8] in [
            [0xFF, 0xFE, 0x00, 0x80], [0xE7, 0xA5], [0x1B, 0x5B] + Array(repeating: 0x31, count: 500), [0xF4, 0x90, 0x80, 0x80],
            [0x1B, 0x1B, 0x5B, 0x00],
        ] {
            #expect(keys(noise + Array("q".utf8)).last == .character("q"), "\(noise)")
        }
    }

    @Test("random bytes make neither a crash nor a long memory", arguments: [TestSeed.ofThisRun])
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var parser = KeyParser()
        for _ in 0..<100_000 { _ = parser.feed(.random(in: 0...255, using: &generator)) }
        _ = parser.pause()
        #expect(!parser.isPending)
    }
}

@Suite("what is sent to the console's terminal")
struct ScreenPainterTests {
    private func paint(_ painter: inout ScreenPainter, _ lines: [String], budget: Int = 4096) -> String {
        String(decoding: painter.paint(lines, cursor: (0, 0), budget: budget), as: UTF8.self)
    }

    @Test("only lines that have changed are sent")
    func changes() {
        var painter = ScreenPainter()
        var output = paint(&painter, ["a", "b"])
        #expect(output == "\u{1B}[0m\u{1B}[2J\u{1B}[1;1Ha\u{1B}[K\u{1B}[2;1Hb\u{1B}[K\u{1B}[1;1H")
        output = paint(&painter, ["a", "b"])
        #expect(output.isEmpty)
        output = paint(&painter, ["a", "c"])
        #expect(output == "\u{1B}[2;1Hc\u{1B}[K\u{1B}[1;1H")
        output = paint(&painter, ["a"])
        #expect(output == "\u{1B}[2;1H\u{1B}[K\u{1B}[1;1H")
    }

    @Test("a terminal of which nothing is known is drawn wholly")
    func forget() {
        var painter = ScreenPainter()
        _ = paint(&painter, ["a", "b"])
        painter.forget()
        let output = paint(&painter, ["a", "b"])
        #expect(output.contains("2J"))
    }

    @Test("what exceeds the budget comes later, and no line waits for ever for one that always changes")
    func budget() {
        var painter = ScreenPainter()
        let long = String(repeating: "票", count: 39)
        var screen: [Int: String] = [:]
        for turn in 0..<40 {
            let bytes = painter.paint((0..<24).map { "\($0) \(turn) \(long)" }, cursor: (23, 0), budget: 1024)
            #expect(bytes.count <= 1024)
            for part in String(decoding: bytes, as: UTF8.self).split(separator: "\u{1B}[") where part.contains("H") {
                if let row = Int(part.prefix { $0 != ";" }), let text = part.split(separator: "H", maxSplits: 1).dropFirst().first
                {
                    screen[row] = String(text)
                }
            }
        }
        // Six or seven of 24 lines a turn: each has been drawn within the last four.
        #expect((1...24).allSatisfy { row in (36...39).contains { screen[row]?.hasPrefix("\(row - 1) \($0) ") == true } })
    }

    @Test("a screenful flows at once after a rest; then a kilobyte a second, or eight while somebody works")
    func rate() {
        var budget = OutputBudget()
        budget.spend(OutputBudget.capacity)
        budget.refill(after: 500, isActive: false)
        #expect(budget.available == 512)
        budget.refill(after: 250, isActive: true)
        #expect(budget.available == 512 + 2048)
        budget.refill(after: 3_600_000, isActive: false)
        #expect(budget.available == OutputBudget.capacity)
    }
}

@Suite("text in a terminal's columns")
struct DisplayWidthTests {
    @Test("an ideograph takes two, a combining mark none")
    func columns() {
        #expect("abc".columns == 3)
        #expect("卡号".columns == 4)
        #expect("，。：".columns == 6)
        #expect("e\u{301}".columns == 1)
    }

    @Test("what is cut or wrapped never breaks the width")
    func cutting() {
        #expect("卡号12".clipped(to: 3) == "卡")
        #expect("卡号".padded(to: 6) == "卡号  ")
        #expect("卡号卡号".wrapped(to: 5) == ["卡号", "卡号"])
        #expect("abcdef".wrapped(to: 4, indentation: 2) == ["abcd", "  ef"])
        #expect("".wrapped(to: 4) == [""])
    }
}
