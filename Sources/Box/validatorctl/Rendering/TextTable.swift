import Base

/// Rows of text in aligned columns, two spaces apart. Columns of numbers are aligned to the right.
struct TextTable {
    private var rows: [[String]]
    private let rightAligned: Set<Int>

    /// Without a header when `header` is empty.
    init(_ header: [String] = [], rightAligned: Set<Int> = []) {
        rows = header.isEmpty ? [] : [header]
        self.rightAligned = rightAligned
    }

    mutating func append(_ row: [String]) { rows.append(row) }

    var text: String {
        let columnCount = rows.map(\.count).max() ?? 0
        let widths = (0..<columnCount).map { column in
            rows.map { column < $0.count ? $0[column].printable.columns : 0 }.max() ?? 0
        }
        return rows.map { Self.line($0, widths: widths, rightAligned: rightAligned) }.joined(separator: "\n")
    }

    /// One row in columns of the given widths, without spaces at its end.
    static func line(_ row: [String], widths: [Int], rightAligned: Set<Int> = []) -> String {
        var line = ""
        for (column, cell) in row.map(\.printable).enumerated() {
            let padding = String(repeating: " ", count: max(0, widths[column] - cell.columns))
            if column > 0 { line += "  " }
            line += rightAligned.contains(column) ? padding + cell : cell + padding
        }
        while line.last == " " { line.removeLast() }
        return line
    }
}
