/// What stands between the cells of a file.
public enum CSVSeparator: UInt8, CaseIterable, Sendable, CustomStringConvertible {
    case comma = 0x2C
    /// Of spreadsheets in countries whose decimals have a comma.
    case semicolon = 0x3B
    case tab = 0x09

    public var description: String {
        switch self {
        case .comma: "comma"
        case .semicolon: "semicolon"
        case .tab: "tab"
        }
    }

    /// Rows that are looked at.
    private static let examinedRows = 20

    /// The separator that a spreadsheet was told by the first line, `sep=;`, and how many bytes that line has with its end. Nil where there
    /// is none.
    static func told(in text: ArraySlice<UInt8>) -> (separator: CSVSeparator, length: Int)? {
        let line = text.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        var words = line.filter { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: " ") }
        guard let last = words.popLast(), let separator = CSVSeparator(rawValue: last),
            String(decoding: words, as: UTF8.self).lowercased() == "sep="
        else { return nil }
        let rest = text[line.endIndex...]
        let ends = rest.starts(with: [UInt8(ascii: "\r"), UInt8(ascii: "\n")]) ? 2 : min(rest.count, 1)
        return (separator, line.count + ends)
    }

    /// The separator under which most of the first rows are a card and a flag, or at least two cells; a comma where there is none.
    static func found(in text: ArraySlice<UInt8>) -> CSVSeparator {
        var best = (separator: comma, score: 0)
        for separator in allCases {
            var reader = CSVReader(separator: separator.rawValue)
            var (rows, score) = (0, 0)
            func examine(_ row: CSVRow) {
                guard !row.isBlank, rows < examinedRows else { return }
                rows += 1
                guard row.count == 2 else { return }
                score += CardFileCell.flag(row[1]) != nil || CardFileCell.isFlagName(row[1]) ? 2 : 1
            }
            reader.take(text, examine)
            reader.finish(examine)
            if score > best.score { best = (separator, score) }
        }
        return best.separator
    }
}
