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

    /// Takes UTF-8 with or without a byte order mark, LF or CRLF, and quotes around a field; blank lines are skipped.
    /// - Throws: Every mistake of the file.
    public init(_ bytes: [UInt8]) throws(CardFileMistakes) {
        var mistakes: [Mistake] = []
        var rows: [CardNumber: (isListed: Bool, line: Int)] = [:]
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        for (index, lineBytes) in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let line = index + 1
            let fields = lineBytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map(Self.trimmed)
            if fields == [[]] || (line == 1 && fields == [Array("card_no".utf8), Array("flag".utf8)]) { continue }
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
        // Sorted by texts made once: a comparison of a million numbers must not write two million of them.
        entries = rows.map { (text: $0.key.digits, CardListEntry(card: $0.key, isListed: $0.value.isListed)) }
            .sorted { $0.text.lexicographicallyPrecedes($1.text) }.map { $0.1 }
    }

    private static func entry(_ fields: [[UInt8]], line: Int) throws(Mistake) -> CardListEntry {
        guard fields.count == 2 else {
            throw Mistake(line: line, text: "has \(fields.count) field(s); card_no,flag is expected")
        }
        let texts = fields.map { String(decoding: $0, as: UTF8.self) }
        guard let card = CardNumber(texts[0]) else {
            throw Mistake(line: line, text: "card_no \"\(texts[0])\" is not 1 to 30 hexadecimal digits")
        }
        guard texts[1] == "1" || texts[1] == "0" else {
            throw Mistake(line: line, text: "flag \"\(texts[1])\" is neither 1 (may ride) nor 0 (blocked)")
        }
        return CardListEntry(card: card, isListed: texts[1] == "1")
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
