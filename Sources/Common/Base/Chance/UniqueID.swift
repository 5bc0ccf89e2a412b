/// A 128-bit identifier: a request's `req_id` (UUIDv7, RFC 9562 section 5.7) or the kernel's boot id.
public struct UniqueID: Hashable, Sendable, CustomStringConvertible {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A new UUIDv7. Unique even when the clock is wrong: 74 of its bits are random, and nobody foretells them.
    public static func version7(at time: WallTime, using random: inout some UnpredictableGenerator) -> UniqueID {
        let milliseconds = UInt64(clamping: time.milliseconds) & 0xFFFF_FFFF_FFFF
        let randomHigh = random.next() & 0xFFF
        let randomLow = random.next() & 0x3FFF_FFFF_FFFF_FFFF
        return UniqueID(high: milliseconds << 16 | 0x7000 | randomHigh, low: 0x8000_0000_0000_0000 | randomLow)
    }

    /// Reads 32 hexadecimal digits in either case, with or without hyphens; nil for anything else.
    public init?(_ text: some StringProtocol) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var count = 0
        for byte in text.utf8 where byte != UInt8(ascii: "-") {
            guard let digit = hexadecimalValue(byte), count < 32 else { return nil }
            if count < 16 { high = high << 4 | UInt64(digit) } else { low = low << 4 | UInt64(digit) }
            count += 1
        }
        guard count == 32 else { return nil }
        self.init(high: high, low: low)
    }

    /// Lower case with hyphens: `01890a5d-ac96-774b-bcce-b302099a8057`.
    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, shift) in stride(from: 60, through: 0, by: -4).enumerated() {
            if index == 8 || index == 12 { text.append(UInt8(ascii: "-")) }
            text.append(hexadecimalDigit(UInt8(truncatingIfNeeded: high >> shift) & 0xF))
        }
        for (index, shift) in stride(from: 60, through: 0, by: -4).enumerated() {
            if index == 0 || index == 4 { text.append(UInt8(ascii: "-")) }
            text.append(hexadecimalDigit(UInt8(truncatingIfNeeded: low >> shift) & 0xF))
        }
        return String(decoding: text, as: UTF8.self)
    }
}
