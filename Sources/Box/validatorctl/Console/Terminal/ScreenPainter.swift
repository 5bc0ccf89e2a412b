/// Brings a VT100's screen up to date over a slow line: only lines that have changed are sent, and no more than the line takes.
struct ScreenPainter: Sendable {
    /// What the terminal shows; nil where that is not known.
    private var shown: [String?] = []
    private var isCleared = false
    /// Where the next painting begins, so that a line that always changes does not keep those below it old.
    private var next = 0

    /// Nothing is known of what the terminal shows: it is another one, or was disturbed, or has another size.
    mutating func forget() {
        shown = []
        isCleared = false
        next = 0
    }

    /// The bytes that make the screen show `lines`, or come nearer to it: at most `budget` of them, and what is left is done by
    /// the next call. The cursor comes to rest at `cursor`, from 0. No line is wider than the terminal or holds a control character.
    mutating func paint(_ lines: [String], cursor: (row: Int, column: Int), budget: Int) -> [UInt8] {
        guard budget >= Self.minimumBudget else { return [] }
        var output: [UInt8] = []
        if !isCleared {
            output += Array("\u{1B}[0m\u{1B}[2J".utf8)
            isCleared = true
        }
        if shown.count < lines.count { shown += Array(repeating: "", count: lines.count - shown.count) }
        let rows = shown.count
        if next >= rows { next = 0 }
        let first = next
        for step in 0..<rows {
            let row = (first + step) % rows
            let line = row < lines.count ? lines[row] : ""
            guard shown[row] != line else { continue }
            let bytes = Array("\u{1B}[\(row + 1);1H\(line)\u{1B}[K".utf8)
            // A line that fits into no budget is sent alone rather than never.
            guard output.count + bytes.count <= budget - Self.cursorSize || output.isEmpty else {
                next = row
                break
            }
            output += bytes
            shown[row] = line
            next = row + 1
        }
        if !output.isEmpty { output += Array("\u{1B}[\(cursor.row + 1);\(cursor.column + 1)H".utf8) }
        return output
    }

    private static let cursorSize = 12
    static let minimumBudget = 64
}
