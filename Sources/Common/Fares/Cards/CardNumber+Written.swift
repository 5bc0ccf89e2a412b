extension CardNumber {
    /// A number as databases, spreadsheets and people write it: white space around it does not count, nor do `:` and `-` between
    /// its digits. Nil when the rest is no number.
    ///
    /// - Parameter text: UTF-8; a no-break space, which spreadsheets write, may also be in one byte (0xA0).
    public init?(written text: some Sequence<UInt8>) {
        var digits = Array(text)[...]
        while let first = digits.first, Self.isBlank(first) { digits.removeFirst() }
        while let last = digits.last, Self.isBlank(last) { digits.removeLast() }
        self.init(digits.lazy.filter { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "-") })
    }

    /// ASCII's, and the bytes of the no-break (U+00A0) and the ideographic space (U+3000), none of which is of a number.
    private static func isBlank(_ byte: UInt8) -> Bool {
        byte <= UInt8(ascii: " ") || byte == 0xC2 || byte == 0xA0 || byte == 0xE3 || byte == 0x80
    }
}
