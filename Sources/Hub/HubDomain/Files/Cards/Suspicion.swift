import Fares

/// What a spreadsheet does to card numbers, and leaves them looking like numbers.
enum Suspicion {
    /// A UID has four bytes at least, and its decimal forms eight digits.
    private static let shortest = 8
    /// A spreadsheet keeps so many digits of a number, and writes zeros for the rest.
    private static let exactDigits = 15

    /// Of cards, those that may have been others, in the order of their lines.
    static func find(in cards: SortedCards) -> [CardFile.Mistake] {
        var counts: [Int: Int] = [:]
        for entry in cards { counts[entry.card.digitCount, default: 0] += 1 }
        let usual = counts.first { $0.value * 2 > cards.count }?.key ?? 0
        var found: [CardFile.Mistake] = []
        var rows = cards.makeIterator()
        while let (entry, line) = rows.nextOnLine() {
            guard let problem = problem(entry.card, usual: usual) else { continue }
            found.append(CardFile.Mistake(line: line, text: "card_no \(entry.card) \(problem)"))
        }
        return found.sorted { $0.line < $1.line }
    }

    private static func problem(_ card: CardNumber, usual: Int) -> String? {
        let count = card.digitCount
        if count < max(usual, shortest) {
            if isPowerOfTen(card.digits) { return "may be a number that a spreadsheet has shortened" }
            return "has \(count) digits\(count < usual ? ", most have \(usual)" : ""): has a spreadsheet dropped zeros?"
        }
        guard count > exactDigits else { return nil }
        let digits = card.digits
        let isRounded =
            digits.allSatisfy { $0 <= UInt8(ascii: "9") }
            && digits.dropFirst(exactDigits).allSatisfy { $0 == UInt8(ascii: "0") }
        return isRounded ? "has zeros behind its \(exactDigits)th digit: has a spreadsheet rounded it?" : nil
    }

    /// `1E10`
    private static func isPowerOfTen(_ digits: [UInt8]) -> Bool {
        let parts = digits.split(separator: UInt8(ascii: "E"), omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0 <= UInt8(ascii: "9") } }
    }
}
