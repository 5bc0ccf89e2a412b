/// Rows as comma-separated values (RFC 4180).
public enum CSVLine {
    /// Tells programs that guess that the text is UTF-8.
    public static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The row with its line end.
    public static func bytes(_ cells: [TableCell]) -> [UInt8] {
        Array(cells.map(text).joined(separator: ",").utf8) + [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    }

    private static func text(_ cell: TableCell) -> String {
        switch cell {
        case .text(let text): quoted(guarded(text))
        case .integer(let value): String(value)
        case .number(let value): value.isFinite ? "\(value)" : ""
        case .empty: ""
        }
    }

    /// A text that a spreadsheet would run as a formula, or pass to another program, is kept from it by an apostrophe. Numbers are not
    /// touched: their sign is no formula.
    private static func guarded(_ text: String) -> String {
        guard let first = text.utf8.first, "=+-@\t\r".utf8.contains(first) else { return text }
        return "'" + text
    }

    private static func quoted(_ text: String) -> String {
        guard text.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return text }
        return "\"\(text.replacing("\"", with: "\"\""))\""
    }
}
