/// Finds the characters of text that is UTF-8 or, where it is not, Big5, GBK or GB18030, whose second bytes may be `\`: a platform
/// whose pages are written in these is not to lose its replies for a message.
struct LooseCharacters {
    private var utf8 = UTF8Validator()
    /// Bytes of a character that may yet turn out to be UTF-8.
    private var pending = 0
    /// Whether the last byte begins a pair.
    private var isInPair = false

    /// True between characters.
    var isAtBoundary: Bool { pending == 0 && !isInPair }

    /// False when `byte` stands for itself: ASCII that is no part of the character before.
    mutating func take(_ byte: UInt8) -> Bool {
        if pending > 0 {
            if utf8.accept(byte) {
                pending = utf8.isAtBoundary ? 0 : pending + 1
                return true
            }
            // It was none. Of three bytes the last begins a pair as the first does.
            isInPair = pending % 2 == 1
            pending = 0
            utf8 = UTF8Validator()
        }
        if isInPair {
            isInPair = false
            // No second byte of these encodings is below that, and a quote must not be lost to one that was cut off.
            if byte >= 0x40 { return true }
        }
        guard byte >= 0x80 else { return false }
        if utf8.accept(byte) { pending = 1 } else { isInPair = (0x81...0xFE).contains(byte) }
        return true
    }
}
