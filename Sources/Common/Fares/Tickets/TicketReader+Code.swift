import Base

extension TicketReader {
    /// The code in what was scanned, as box and hub judge it and records keep it: a text without white space at its ends, which fields of
    /// fixed width and makers of codes leave there, and with the plus signs of base64 that a form made blanks of; a binary code as it is,
    /// since every byte of it counts.
    ///
    /// Both ends of the link read a code by this alone: one that the box did not recognise, but the hub did, would ride once for each.
    /// - Returns: an empty code for blanks alone, which is none.
    public static func code(in scanned: [UInt8]) -> [UInt8] {
        if let restored = TransportCodeText.restoringPlusSigns(in: scanned) { return restored }
        guard let text = String(scannedCode: scanned) else { return scanned }
        let code = Array(text.trimmed.utf8)
        return TransportCodeText.restoringPlusSigns(in: code) ?? code
    }
}
