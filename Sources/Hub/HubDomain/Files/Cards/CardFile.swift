import Base
import Fares

/// Cards as an operator hands them over: comma-separated lines `card_no,flag`, with or without that heading.
///
/// All of it is good or nothing is taken: a list with a hole in it would refuse riders who paid.
public struct CardFile: Sendable {
    /// What is wrong with one line.
    public struct Mistake: Error, Hashable, Sendable, CustomStringConvertible {
        /// From 1.
        public var line: Int
        /// What was found and what is expected.
        public var text: String
        public var description: String { "\(line): \(text)" }
    }

    /// In the order of their numbers, without repetitions.
    public let entries: [CardListEntry]
    /// Cards that were taken and that a spreadsheet may have made others than they were, in the order of their lines.
    public let suspicions: [Mistake]

    /// Takes UTF-8 with or without a byte order mark, LF or CRLF, and quotes around a field; blank lines, and those of commas alone
    /// that spreadsheets write, are skipped.
    /// - Throws: Every mistake of the file.
    public init(_ bytes: [UInt8]) throws(CardFileMistakes) {
        guard !bytes.starts(with: [0xFF, 0xFE]), !bytes.starts(with: [0xFE, 0xFF]), !bytes.prefix(256).contains(0) else {
            let text = "the file is UTF-16, as spreadsheets write \"Unicode Text\", or no text: save it as CSV UTF-8"
            throw CardFileMistakes(all: [Mistake(line: 1, text: text)])
        }
        var mistakes: [Mistake] = []
        var rows: [CardNumber: (isListed: Bool, line: Int)] = [:]
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        for (index, lineBytes) in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let line = index + 1
            var fields = lineBytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map(Self.trimmed)
            while fields.count > 2, fields.last?.isEmpty ?? false { fields.removeLast() }
            if fields.allSatisfy(\.isEmpty) || (line == 1 && Self.isHeading(fields)) { continue }
            do throws(Mistake) {
                let entry = try Self.entry(fields, line: line)
                if let earlier = rows[entry.card], earlier.isListed != entry.isListed {
                    throw Mistake(line: line, text: "card \(entry.card) has the other flag on line \(earlier.line)")
                }
                rows[entry.card] = (entry.isListed, line)
            } catch {
                mistakes.append(error)
            }
        }
        guard mistakes.isEmpty else { throw CardFileMistakes(all: mistakes) }
        suspicions = Suspicion.find(rows.map { ($0.key, $0.value.line) })
        // Sorted by texts made once: a comparison of a million numbers must not write two million of them.
        entries = rows.map { (text: $0.key.digits, CardListEntry(card: $0.key, isListed: $0.value.isListed)) }
            .sorted { $0.text.lexicographicallyPrecedes($1.text) }.map { $0.1 }
    }

    private static func entry(_ fields: [[UInt8]], line: Int) throws(Mistake) -> CardListEntry {
        if line == 1, !fields.contains(where: { CardNumber(written: $0) != nil }) {
            throw Mistake(line: line, text: "\(quoted(fields[0])) … is neither the heading card_no,flag nor a card")
        }
        guard fields.count == 2 else {
            let isOtherwiseSeparated =
                fields.count == 1 && fields[0].contains { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "\t") }
            throw Mistake(
                line: line,
                text: isOtherwiseSeparated
                    ? "separates its fields by other than commas; card_no,flag is expected"
                    : "has \(fields.count) field(s); card_no,flag is expected")
        }
        guard let card = CardNumber(written: fields[0]) else {
            throw Mistake(line: line, text: "card_no \(quoted(fields[0])) is not 1 to 30 hexadecimal digits")
        }
        guard fields[1] == Array("1".utf8) || fields[1] == Array("0".utf8) else {
            throw Mistake(line: line, text: "flag \(quoted(fields[1])) is neither 1 (may ride) nor 0 (blocked)")
        }
        return CardListEntry(card: card, isListed: fields[1] == Array("1".utf8))
    }

    private static func isHeading(_ fields: [[UInt8]]) -> Bool {
        fields.map { String(decoding: $0, as: UTF8.self).lowercased() } == ["card_no", "flag"]
    }

    /// As it may stand on a terminal, and no longer than a line.
    private static func quoted(_ field: [UInt8]) -> String {
        let text = String(decoding: field.prefix(160), as: UTF8.self).unicodeScalars
        let isCut = text.count > 40 || field.count > 160
        return "\"\(String(text.prefix(40)).printable)\(isCut ? "…" : "")\""
    }

    private static func trimmed(_ field: ArraySlice<UInt8>) -> [UInt8] {
        let blanks = Set(" \t\r".utf8)
        var field = field.drop { blanks.contains($0) }
        while let last = field.last, blanks.contains(last) { field.removeLast() }
        let quote = UInt8(ascii: "\"")
        if field.count >= 2, field.first == quote, field.last == quote { field = field.dropFirst().dropLast() }
        return Array(field)
    }
}
