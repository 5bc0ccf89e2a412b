import HubDomain

/// What somebody takes for a card file because a spreadsheet shows it as rows; told by its first bytes.
enum SpreadsheetFile {
    /// XLSX, ODS and Numbers are archives of this kind, too.
    case zip
    /// XLS up to Excel 2003: a compound file.
    case compound

    /// Nil for anything else. No text begins so: neither bytes of control characters nor these in any encoding that is read.
    init?(_ start: [UInt8]) {
        if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) || start.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
            self = .zip
        } else if start.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            self = .compound
        } else {
            return nil
        }
    }

    var mistake: CardFile.Mistake {
        let what =
            switch self {
            case .zip: "is a workbook (.xlsx, .ods) or another ZIP archive, no text"
            case .compound: "is a workbook of an old Excel (.xls), no text"
            }
        return CardFile.Mistake(
            line: 1,
            text: """
                \(what). In the spreadsheet: format the column of numbers as text, see that no number reads 1.2E+10, then File, Save As, \
                "CSV UTF-8 (comma delimited)"; of a ZIP archive, take the file out first
                """)
    }
}
