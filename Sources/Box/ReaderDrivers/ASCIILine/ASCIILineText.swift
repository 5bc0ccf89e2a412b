import Base

/// A card's number in a line of text, which has no checksum: whatever is not quite a number is refused.
enum ASCIILineText {
    /// What some readers write before the number, followed by a colon or an equals sign.
    private static let labels = ["UID", "CSN", "SN", "ID", "CARD", "TAG"]
    /// What may stand between the bytes of a hexadecimal number.
    private static let separators: [UInt8] = [UInt8(ascii: " "), UInt8(ascii: ":"), UInt8(ascii: "-")]
    /// The bytes of MIFARE (4, 7, 10), EM4100 (5), ISO 15693 and FeliCa (8) numbers and of those of UHF tags (12, 16). Other
    /// lengths are lines that lost something on their way.
    private static let sizes: Set = [4, 5, 7, 8, 10, 12, 16]

    /// The UID in a line without blanks and control characters at its ends; nil when it is none.
    ///
    /// - Hexadecimal: two digits a byte, perhaps with blanks, colons or dashes between them.
    /// - Decimal: up to ten digits, a UID of four bytes as one number, most significant byte first.
    /// - Automatic: a text of just ten decimal digits is decimal if that number fits into four bytes, any other
    ///   hexadecimal. A reader that sends five bytes as ten hexadecimal digits, a few of whose cards happen to have no
    ///   letter, is known by its other cards: `sendsFiveBytes` is set by the first with a letter.
    static func uid(
        _ line: ArraySlice<UInt8>, _ content: CardReaderSettings.LineContent, sendsFiveBytes: inout Bool
    ) -> [UInt8]? {
        let text = unlabelled(line)
        switch content {
        case .hexadecimal: return hexadecimalUID(text)
        case .decimal: return decimalUID(text)
        case .automatic:
            guard text.count == 10 else { return hexadecimalUID(text) }
            if !sendsFiveBytes, let uid = decimalUID(text) { return uid }
            let uid = hexadecimalUID(text)
            if uid?.count == 5 { sendsFiveBytes = true }
            return uid
        }
    }

    static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte <= UInt8(ascii: " ") || byte == 0x7F }
        guard let last = line.lastIndex(where: { !isBlank($0) }) else { return [] }
        return line[...last].drop(while: isBlank)
    }

    private static func unlabelled(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = line
        let name = text.prefix { !separators.contains($0) && $0 != UInt8(ascii: "=") }
        if labels.contains(String(decoding: name, as: UTF8.self).uppercased()) {
            let rest = trimmed(text[name.endIndex...])
            if let mark = rest.first, mark == UInt8(ascii: ":") || mark == UInt8(ascii: "=") { text = trimmed(rest.dropFirst()) }
        }
        let prefix = Array(text.prefix(2))
        return prefix == Array("0x".utf8) || prefix == Array("0X".utf8) ? text.dropFirst(2) : text
    }

    private static func hexadecimalUID(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let bytes = text.filter { !separators.contains($0) }
        let digits = bytes.compactMap(hexadecimalValue)
        guard digits.count == bytes.count, digits.count.isMultiple(of: 2), sizes.contains(digits.count / 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    private static func decimalUID(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard (1...10).contains(text.count), text.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = UInt32(String(decoding: text, as: UTF8.self))
        else { return nil }
        return stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
