/// In the order of their texts: `0A`, `0A0`, `0B`, `A`.
extension CardNumber: Comparable {
    /// Keys have the order of their numbers: the digits from the left, zero-filled, then their count.
    public var sortKey: UInt128 { packed << 8 | packed >> 120 }

    /// Nil when no number has this key.
    public init?(sortKey: UInt128) {
        let count = Int(truncatingIfNeeded: sortKey & 0xFF)
        guard (1...Self.maximumDigits).contains(count), (sortKey >> 8) << (8 + 4 * count) == 0 else { return nil }
        packed = sortKey << 120 | sortKey >> 8
    }

    public static func < (left: CardNumber, right: CardNumber) -> Bool { left.sortKey < right.sortKey }
}
