import Base

extension VT1Codec {
    /// Whether a text that is no ticket shows the card of one all the same: a ticket with something before or behind it, or cut off
    /// behind the card.
    ///
    /// - Parameter text: without what is neither letter nor digit, which may have got between the letters.
    public static func hasTrace(of card: CardNumber, in text: [UInt8]) -> Bool {
        guard let short = card.short else { return false }
        // The length and the digits begin with the second bit of a letter: key id and kind take three letters and a bit.
        let bits = 4 * (card.digitCount + 1)
        let wanted = UInt128(short >> UInt64(64 - bits))
        let count = (1 + bits + 4) / 5
        guard text.count >= count else { return false }
        return (0...text.count - count).contains { start in
            let letters = text[start..<start + count].compactMap(Base32.value)
            let shown = letters.reduce(UInt128(0)) { $0 << 5 | UInt128($1) } >> UInt128(5 * count - 1 - bits)
            return letters.count == count && shown & ((1 << UInt128(bits)) - 1) == wanted
        }
    }
}
