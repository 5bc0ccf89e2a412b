import Base

extension TransportCode {
    /// Fewer digits are in any code by chance.
    private static let fewestTellingDigits = 8

    /// Whether what is no code shows an account of one all the same: a code that is damaged, cut off, or has something around it.
    ///
    /// - Parameter card: the user's account, which a code has in decimal digits of half a byte; or who pays, in ASCII.
    /// - Parameter payload: bytes, or a text of base64 or hexadecimal digits.
    public static func hasTrace(of card: CardNumber, in payload: [UInt8]) -> Bool {
        guard card.digitCount >= fewestTellingDigits else { return false }
        let number = Array(card.description.utf8)
        let wanted = [number.compactMap(hexadecimalValue), halves(of: number)]
        // A letter that is missing from base64 moves all behind it by six bits, which is two beside a half of a byte.
        let letters = payload.compactMap(TransportCodeText.value)
        let shown = [
            halves(of: payload), payload.compactMap(hexadecimalValue), halves(ofSixes: letters),
            halves(ofSixes: letters.dropFirst()),
        ]
        return shown.contains { text in wanted.contains { contains(text, $0) } }
    }

    private static func halves(of bytes: [UInt8]) -> [UInt8] { bytes.flatMap { [$0 >> 4, $0 & 15] } }

    /// - Parameter values: of six bits each; every two of them make three halves.
    private static func halves(ofSixes values: some Collection<UInt8>) -> [UInt8] {
        var halves: [UInt8] = []
        var former: UInt8?
        for value in values {
            guard let first = former else {
                former = value
                continue
            }
            halves += [first >> 2, (first & 3) << 2 | value >> 4, value & 15]
            former = nil
        }
        return former.map { halves + [$0 >> 2] } ?? halves
    }

    private static func contains(_ text: [UInt8], _ wanted: [UInt8]) -> Bool {
        guard text.count >= wanted.count else { return false }
        return (0...text.count - wanted.count).contains { start in
            wanted.indices.allSatisfy { text[start + $0] == wanted[$0] }
        }
    }
}
