import Base

extension TicketReader {
    /// A VT1 ticket has 51 characters.
    private static let longestLabel = 128
    /// Of a code that a listing does not show whole, so many characters of either end are.
    private static let shownEnd = 8

    /// What stands for a code in logs and listings: never the whole of one that others could show again. Of the transport ministry's code
    /// the card; of what is no text a checksum, by which two scans are known for the same; of another text its last characters.
    ///
    /// - Parameter masksCards: else card numbers are whole, and so are texts of up to 128 characters.
    public func label(of payload: [UInt8], masksCards: Bool) -> String {
        let checksum =
            "#" + hexadecimal((0..<8).map { UInt8(truncatingIfNeeded: XXHash64.checksum(of: payload) >> (56 - 8 * $0)) })
        if kind(of: payload) == .transport {
            guard let card = unverified(payload)?.card else { return "transport:" + checksum }
            return "transport:" + (masksCards ? card.masked : card.description)
        }
        guard let text = String(scannedCode: payload) else { return checksum }
        guard !masksCards else { return String(text.masked.unicodeScalars.prefix(Self.longestLabel)) }
        let shown = text.unicodeScalars.prefix(Self.longestLabel)
        return String(shown) + (shown.endIndex < text.unicodeScalars.endIndex ? "..." : "")
    }

    /// A code as a listing of records shows it, for settlement: a rider's code of the transport ministry's is cut down to its ends, which
    /// tell it from others and tell nobody who it is, and so is any other code longer than a label: it may be one of the ministry's that
    /// came with something around it.
    ///
    /// - Parameter text: of the code, as the record has it.
    public func listing(of payload: [UInt8], written text: String) -> String {
        guard text.utf8.count > Self.longestLabel || kind(of: payload) == .transport else { return text }
        return "\(text.prefix(Self.shownEnd))…\(text.suffix(Self.shownEnd))"
    }
}
