import Base

/// A card's number as lists, tickets and logs know it: 1 to 30 hexadecimal digits, leading zeros kept, case ignored.
///
/// Packed exactly, so that no two numbers share a representation and none is accepted by a hash collision:
/// the digit count in the top byte, then the digits from the left, zero-filled.
public struct CardNumber: Hashable, Sendable, CustomStringConvertible {
    /// The longest number that can be held: a 96-bit UHF TID has 24 digits, a 10-byte UID 20.
    public static let maximumDigits = 30

    @usableFromInline let packed: UInt128

    /// Nil when `text` is empty, longer than 30 digits, or holds anything but hexadecimal digits.
    ///
    /// Inlinable, since a list of a million cards is read through it in another module.
    @inlinable
    public init?(_ text: some Sequence<UInt8>) {
        var digits: UInt128 = 0
        var count = 0
        for byte in text {
            guard count < Self.maximumDigits, let digit = hexadecimalValue(byte) else { return nil }
            digits = digits << 4 | UInt128(digit)
            count += 1
        }
        guard count > 0 else { return nil }
        packed = UInt128(count) << 120 | digits << (4 * (Self.maximumDigits - count))
    }

    public init?(_ text: some StringProtocol) {
        self.init(text.utf8)
    }

    /// Nil when `short` is not a packed short number: a length nibble of 1 to 15, its digits, and zeros behind them.
    public init?(short: UInt64) {
        let count = Int(short >> 60)
        guard count > 0, (short << 4) << (4 * count) == 0 else { return nil }
        packed = UInt128(count) << 120 | UInt128(short << 4) << 56
    }

    public var digitCount: Int { Int(packed >> 120) }

    /// The number in 8 bytes: one nibble for the length, then the digits, left-aligned. Nil above 15 digits.
    public var short: UInt64? {
        digitCount <= 15 ? UInt64(digitCount) << 60 | UInt64(truncatingIfNeeded: packed >> 60) & 0x0FFF_FFFF_FFFF_FFFF : nil
    }

    /// The digits in upper case.
    public var description: String {
        String(decoding: digits, as: UTF8.self)
    }

    /// The digits in upper case, as ASCII.
    public var digits: [UInt8] {
        (0..<digitCount).map { index in
            let nibble = UInt8(truncatingIfNeeded: packed >> (116 - 4 * index)) & 0xF
            return nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "A") + nibble - 10
        }
    }

    /// What a log may show: the last four digits, the rest as `*`. Short numbers keep their last digit only.
    public var masked: String { description.masked }
}
