/// How a reader's raw UID becomes the card number that the operator's lists use (`reader.card_number`).
///
/// Byte order and base differ between enterprises and cannot be told from a number alone, hence a setting per reader.
public enum CardNumberProfile: String, CaseIterable, Sendable {
    /// Every byte as two digits, first byte first: `04A2B3C4`.
    case hex
    /// Every byte as two digits, last byte first.
    case hexReversed = "hex-reversed"
    /// ABA "6H": the three low bytes as 8 decimal digits. The low bytes are the last three of the UID.
    case decimal8
    /// The UID as a 32-bit number, most significant byte first, as 10 decimal digits. Longer UIDs count their last four bytes.
    case decimal10

    /// Nil for an empty UID or one of more than 15 bytes, or of too few for the decimal profiles.
    public func number(uid: [UInt8]) -> CardNumber? {
        switch self {
        case .hex: return CardNumber(hexadecimal(uid))
        case .hexReversed: return CardNumber(hexadecimal(uid.reversed()))
        case .decimal8: return decimal(uid.suffix(3), bytes: 3, digits: 8)
        case .decimal10: return decimal(uid.suffix(4), bytes: 4, digits: 10)
        }
    }

    private func decimal(_ bytes: ArraySlice<UInt8>, bytes count: Int, digits: Int) -> CardNumber? {
        guard bytes.count == count else { return nil }
        let text = String(bytes.reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
        return CardNumber(String(repeating: "0", count: digits - text.count) + text)
    }
}
