import Base
import Fares

/// A cell of a card file: what stands in it, and what a spreadsheet has done to it.
enum CardFileCell {
    private static let cardNames: Set = ["cardno", "cardnumber", "cardid", "card", "卡号", "卡號", "卡号码", "卡片号", "卡片号码", "卡编号"]
    private static let flagNames: Set = ["flag", "status", "标志", "標志", "標誌", "标识", "状态", "狀態", "标记"]

    /// The cell without what spreadsheets are told by to leave its digits alone: `="00065537"`, `'00065537`.
    static func bare(_ cell: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let quote = UInt8(ascii: "\"")
        if cell.count >= 3, cell.first == UInt8(ascii: "="), cell[cell.startIndex + 1] == quote, cell.last == quote {
            return cell.dropFirst(2).dropLast()
        }
        return cell.first == UInt8(ascii: "'") ? cell.dropFirst() : cell
    }

    /// True for 1, false for 0, nil for all else.
    static func flag(_ cell: ArraySlice<UInt8>) -> Bool? {
        let cell = bare(cell)
        guard cell.count == 1, let digit = cell.first else { return nil }
        return digit == UInt8(ascii: "1") ? true : digit == UInt8(ascii: "0") ? false : nil
    }

    static func isCardName(_ cell: ArraySlice<UInt8>) -> Bool { cardNames.contains(name(cell)) }
    static func isFlagName(_ cell: ArraySlice<UInt8>) -> Bool { flagNames.contains(name(cell)) }

    /// Why the cell is no card's number any more; nil where it may be one.
    static func destruction(of cell: ArraySlice<UInt8>) -> String? {
        func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
        func isSign(_ byte: UInt8?) -> Bool { byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") }
        var rest = isSign(cell.first) ? cell.dropFirst() : cell
        guard let first = rest.first, isDigit(first) else { return nil }
        rest = rest.drop(while: isDigit)
        var isFraction = false
        if let point = rest.first, point == UInt8(ascii: ".") || point == UInt8(ascii: ",") {
            rest = rest.dropFirst().drop(while: isDigit)
            isFraction = true
        }
        if rest.isEmpty {
            return isFraction ? "has decimals: a program took it for a quantity, and zeros before it are lost" : nil
        }
        guard rest.first == UInt8(ascii: "E") || rest.first == UInt8(ascii: "e") else { return nil }
        rest = rest.dropFirst()
        // 1E100234 is a card, 1E+10 a number.
        let hasSign = isSign(rest.first)
        if hasSign { rest = rest.dropFirst() }
        guard isFraction || hasSign, !rest.isEmpty, rest.allSatisfy(isDigit) else { return nil }
        return "is what a spreadsheet has made of a number: its digits are lost; export the column anew, formatted as text"
    }

    /// As it may stand on a terminal, and no longer than a line.
    static func shown(_ cell: ArraySlice<UInt8>) -> String {
        let text = String(decoding: cell.prefix(160), as: UTF8.self).unicodeScalars
        let isCut = text.count > 40 || cell.count > 160
        return "\(String(text.prefix(40)).printable)\(isCut ? "…" : "")"
    }

    static func quoted(_ cell: ArraySlice<UInt8>) -> String { "\"\(shown(cell))\"" }

    private static func name(_ cell: ArraySlice<UInt8>) -> String {
        String(decoding: bare(cell), as: UTF8.self).lowercased().filter { !$0.isWhitespace && $0 != "_" && $0 != "-" }
    }
}
