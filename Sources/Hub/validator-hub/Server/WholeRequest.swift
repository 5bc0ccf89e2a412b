/// Tells the request that nearly every box sends, one that came in at once and has nothing behind it, from all others. What is odd about a
/// request is for the HTTP decoder to find: here it is only not whole.
enum WholeRequest {
    private static let lengthName = Array("content-length:".utf8)
    private static let codingName = Array("transfer-encoding:".utf8)
    /// Of a body; more comes in pieces anyway.
    private static let maximumDigits = 6

    /// Whether the bytes are exactly one request of HTTP/1: a head, and as much of a body as it names.
    static func isAll(of bytes: Span<UInt8>) -> Bool {
        var length: Int?
        var lineStart = 0
        for index in 0..<bytes.count where bytes[index] == UInt8(ascii: "\n") {
            // The empty line.
            if index == lineStart + 1, bytes[lineStart] == UInt8(ascii: "\r") { return index + 1 + (length ?? 0) == bytes.count }
            if index == lineStart || starts(bytes, at: lineStart, with: codingName) { return false }
            if starts(bytes, at: lineStart, with: lengthName) {
                guard length == nil, let number = number(bytes, lineStart + lengthName.count..<index) else { return false }
                length = number
            }
            lineStart = index + 1
        }
        return false
    }

    /// - Parameter name: in lower case.
    private static func starts(_ bytes: Span<UInt8>, at start: Int, with name: [UInt8]) -> Bool {
        guard start + name.count <= bytes.count else { return false }
        for offset in 0..<name.count {
            let byte = bytes[start + offset]
            let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            guard (isUpper ? byte | 0x20 : byte) == name[offset] else { return false }
        }
        return true
    }

    /// Digits between blanks and a carriage return.
    private static func number(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var (value, digits) = (0, 0)
        for index in range where bytes[index] != UInt8(ascii: " ") && bytes[index] != UInt8(ascii: "\r") {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]), digits < maximumDigits else { return nil }
            value = value * 10 + Int(bytes[index] - UInt8(ascii: "0"))
            digits += 1
        }
        return digits > 0 ? value : nil
    }
}
