import Base
import Fares

/// Gathers the cards of a file's rows, and what is wrong with them.
struct CardFileRows: Sendable {
    var layout = CardFile.Layout()
    private(set) var isHopeless = false
    private var cards = SortedCards()
    private var mistakes: [CardFile.Mistake] = []
    private var mistakeCount = 0
    private var hasBegun = false

    mutating func take(_ row: CSVRow) {
        guard !row.isBlank, !isHopeless else { return }
        if layout.firstRows.count < CardFile.shownRows {
            layout.firstRows.append(CardFile.Layout.Row(line: row.line, cells: cells(row).map(CardFileCell.shown)))
        }
        let isFirst = !hasBegun
        hasBegun = true
        if isFirst, !row.isUnclosed, CardFileCell.isCardName(row[0]), row.count == 2, CardFileCell.flag(row[1]) == nil {
            return layout.hasHeading = true
        }
        if isFirst, let text = wrongHeading(row) { return giveUp(text, row.line) }
        do throws(CardFile.Mistake) {
            guard cards.count < CardFile.maximumRows else {
                return giveUp("has more than \(CardFile.maximumRows) rows", row.line)
            }
            cards.append(try entry(row, isFirst: isFirst), line: row.line)
        } catch {
            report(error)
        }
    }

    mutating func report(_ mistake: CardFile.Mistake) {
        mistakeCount += 1
        if mistakes.count < CardFile.keptMistakes { mistakes.append(mistake) }
    }

    /// One mistake in the place of all that would follow.
    mutating func giveUp(_ text: String, _ line: Int = 1) {
        report(CardFile.Mistake(line: line, text: text))
        isHopeless = true
    }

    mutating func finish() throws(CardFileMistakes) -> CardFile {
        if !isHopeless {
            var contradictions: [SortedCards.Contradiction] = []
            cards.sort { found in
                mistakeCount += 1
                contradictions.append(found)
                if contradictions.count >= 2 * CardFile.keptMistakes { Self.keepFirst(&contradictions) }
            }
            Self.keepFirst(&contradictions)
            let others = contradictions.map {
                CardFile.Mistake(line: $0.line, text: "card \($0.card) has the other flag on line \($0.earlierLine)")
            }
            mistakes = Array((mistakes + others).sorted { $0.line < $1.line }.prefix(CardFile.keptMistakes))
        }
        guard mistakes.isEmpty else { throw CardFileMistakes(all: mistakes, count: mistakeCount, layout: layout) }
        let suspicions = Suspicion.find(in: cards)
        return CardFile(
            entries: cards, suspicions: Array(suspicions.prefix(CardFile.keptMistakes)), suspicionCount: suspicions.count,
            layout: layout)
    }

    /// They come in the order of the cards.
    private static func keepFirst(_ contradictions: inout [SortedCards.Contradiction]) {
        contradictions.sort { $0.line < $1.line }
        contradictions.removeLast(max(0, contradictions.count - CardFile.keptMistakes))
    }

    private func entry(_ row: CSVRow, isFirst: Bool) throws(CardFile.Mistake) -> CardListEntry {
        func mistake(_ text: String) -> CardFile.Mistake { CardFile.Mistake(line: row.line, text: text) }
        guard !row.isUnclosed else { throw mistake("opens a quotation mark that is never closed") }
        // Perhaps it was cut at its own decimal comma.
        let joined = CardFileCell.bare(row[0] + [UInt8(ascii: ",")] + row[1])
        if row.count > 2, CardFileCell.flag(row[2]) != nil, let text = CardFileCell.destruction(of: joined) {
            throw mistake("card_no \(CardFileCell.quoted(joined)) \(text)")
        }
        if isFirst { try examineFirst(row) }
        guard row.count == 2 else { throw mistake(wrongCount(row)) }
        let cell = CardFileCell.bare(row[0])
        if let text = CardFileCell.destruction(of: cell) { throw mistake("card_no \(CardFileCell.quoted(cell)) \(text)") }
        // The second reads more, and takes longer.
        guard !row.isCut(0), let card = CardNumber(cell) ?? CardNumber(written: cell) else {
            throw mistake("card_no \(CardFileCell.quoted(cell)) is not 1 to 30 hexadecimal digits")
        }
        guard !row.isCut(1), let flag = CardFileCell.flag(row[1]) else {
            throw mistake("flag \(CardFileCell.quoted(row[1])) is neither 1 (may ride) nor 0 (blocked)")
        }
        return CardListEntry(card: card, isListed: flag)
    }

    private func examineFirst(_ row: CSVRow) throws(CardFile.Mistake) {
        let cells = cells(row)
        guard !cells.contains(where: { CardNumber(written: $0) != nil || CardFileCell.destruction(of: $0) != nil }) else {
            return
        }
        let text = "\(CardFileCell.quoted(row[0])) … is neither the heading card_no,flag nor a card"
        throw CardFile.Mistake(line: row.line, text: text)
    }

    /// What a heading has that makes a mistake of each row below; nil where it is another one, or none.
    private func wrongHeading(_ row: CSVRow) -> String? {
        let cells = cells(row)
        guard cells.contains(where: CardFileCell.isCardName), !CardFileCell.isCardName(cells[0]) || row.count > 2 else {
            return nil
        }
        return row.count > 2
            ? "has \(row.count) columns; save card_no and flag alone"
            : "has its columns in another order; card_no,flag is expected"
    }

    private func cells(_ row: CSVRow) -> [ArraySlice<UInt8>] {
        (0..<min(row.count, CSVRow.keptCells)).map { CardFileCell.bare(row[$0]) }
    }

    private func wrongCount(_ row: CSVRow) -> String {
        let isOtherwiseSeparated =
            row.count == 1 && CSVSeparator.allCases.contains { $0 != layout.separator && row[0].contains($0.rawValue) }
        return isOtherwiseSeparated
            ? "separates its cells otherwise than the rows before, by a \(layout.separator); card_no,flag is expected"
            : "has \(row.count) field(s); card_no,flag is expected"
    }
}
