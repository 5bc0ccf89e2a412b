import Base

extension TicketReader {
    /// A VT1 ticket has 51 characters.
    private static let longestLabel = 128

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
        guard let text = String(validating: payload, as: UTF8.self) else { return checksum }
        guard !masksCards else { return String(text.masked.unicodeScalars.prefix(Self.longestLabel)) }
        let shown = text.unicodeScalars.prefix(Self.longestLabel)
        return String(shown) + (shown.endIndex < text.unicodeScalars.endIndex ? "..." : "")
    }
}
