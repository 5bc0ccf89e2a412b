import Base

/// How a reader's raw UID becomes the card number that the operator's lists use (`reader.card_number`).
///
/// Byte order and base differ between enterprises and cannot be told from a number alone, hence a setting per reader.
public enum CardNumberProfile: String, CaseIterable, Sendable {
    /// Every byte as two digits, first byte first: `04A2B3C4`.
    case hex
    /// Every byte as two digits, last byte first.
    case hexReversed = "hex-reversed"
    /// The "3+5" print of Wiegand 26: one byte as 3 decimal digits, then two as 5. Readers of 4-byte UIDs take the first three
    /// bytes; 125 kHz tags print the last three of theirs, and so does this for any other length.
    case decimal8
    /// The UID as a 32-bit number, most significant byte first, as 10 decimal digits. Longer UIDs count their last four bytes.
    case decimal10

    /// Nil for an empty UID or one of more than 15 bytes, or of too few for the decimal profiles.
    public func number(uid: [UInt8]) -> CardNumber? {
        switch self {
        case .hex: return CardNumber(hexadecimal(uid))
        case .hexReversed: return CardNumber(hexadecimal(uid.reversed()))
        case .decimal8:
            let bytes = Array(uid.count == 4 ? uid.prefix(3) : uid.suffix(3))
            return bytes.count == 3 ? CardNumber(decimal(bytes.prefix(1), digits: 3) + decimal(bytes.suffix(2), digits: 5)) : nil
        case .decimal10: return uid.count >= 4 ? CardNumber(decimal(uid.suffix(4), digits: 10)) : nil
        }
    }

    /// What stands for a UID that makes no number, so that a wrong profile can be told from the record: its bytes under `hex`; of one
    /// that is longer than any number, the last ones. Nil for an empty UID.
    public static func standIn(for uid: [UInt8]) -> CardNumber? {
        CardNumber(hexadecimal(Array(uid.suffix(CardNumber.maximumDigits / 2))))
    }

    private func decimal(_ bytes: ArraySlice<UInt8>, digits: Int) -> String {
        let text = String(bytes.reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
        return String(repeating: "0", count: digits - text.count) + text
    }
}
