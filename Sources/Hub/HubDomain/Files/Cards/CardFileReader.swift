import Base
import Fares

/// Reads a card file, a piece of UTF-8 at a time, and holds no more of its text than its beginning.
///
/// What is understood: a comma, a semicolon or a tab between the cells, which the first rows tell, or Excel's line `sep=;`; quotation marks,
/// doubled within them, around a cell with separators and line ends; a heading in English or Chinese; `="00065537"` and `'00065537`, by which
/// spreadsheets are told to leave digits alone; blank rows, and those of separators alone. Card numbers have 1 to 30 hexadecimal digits,
/// leading zeros kept, blanks around them and `:` and `-` within dropped. What a spreadsheet has destroyed is refused.
public struct CardFileReader: Sendable {
    /// Of the text's beginning, to find the separator in.
    private static let openingBytes = 65536

    private var opening: [UInt8]? = []
    private var csv = CSVReader(separator: CSVSeparator.comma.rawValue)
    private var rows = CardFileRows()

    public init() {}

    /// Whether the rest of the file can be left unread: there is no list in it, whatever follows.
    public var isHopeless: Bool { rows.isHopeless }

    public mutating func take(_ text: [UInt8]) {
        guard !isHopeless else { return }
        guard opening != nil else { return csv.take(text[...]) { rows.take($0) } }
        opening?.append(contentsOf: text)
        if opening?.count ?? 0 >= Self.openingBytes { open() }
    }

    /// - Throws: Every mistake of the file.
    public mutating func finish() throws(CardFileMistakes) -> CardFile {
        open()
        csv.finish { rows.take($0) }
        return try rows.finish()
    }

    /// A mistake that the decoding of the text found, or the reading of the file.
    public mutating func report(_ mistake: CardFile.Mistake) { rows.report(mistake) }

    private mutating func open() {
        guard let text = opening.take() else { return }
        guard !text.prefix(256).contains(0) else {
            return rows.giveUp("the file is UTF-16 without its mark, or no text: save it as CSV UTF-8")
        }
        var rest = text.starts(with: [0xEF, 0xBB, 0xBF]) ? text.dropFirst(3) : text[...]
        if let (separator, length) = CSVSeparator.told(in: rest) {
            rest = rest.dropFirst(length)
            csv = CSVReader(separator: separator.rawValue, line: 2)
            rows.layout.separator = separator
        } else {
            rows.layout.separator = CSVSeparator.found(in: rest.prefix(Self.openingBytes))
            csv = CSVReader(separator: rows.layout.separator.rawValue)
        }
        csv.take(rest) { rows.take($0) }
    }
}
