import Base

/// A month to the end of which a certificate holds, by the calendar of Beijing.
public struct CertificateMonth: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let year: Int
    public let month: Int

    public init?(year: Int, month: Int) {
        guard (2000...2099).contains(year), (1...12).contains(month) else { return nil }
        self.year = year
        self.month = month
    }

    /// Two bytes, MMYY in decimal digits; nil when they are no month.
    init?(_ bytes: ArraySlice<UInt8>) {
        let digits = bytes.flatMap { [Int($0 >> 4), Int($0 & 15)] }
        guard digits.count == 4, digits.allSatisfy({ $0 < 10 }) else { return nil }
        self.init(year: 2000 + digits[2] * 10 + digits[3], month: digits[0] * 10 + digits[1])
    }

    /// As `description` writes it; nil of any other text.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let year = Int(parts[0]), let month = Int(parts[1]) else { return nil }
        self.init(year: year, month: month)
    }

    /// MMYY.
    public var bytes: [UInt8] {
        [month, year % 100].map { UInt8(($0 / 10) << 4 | $0 % 10) }
    }

    /// The first moment of the month that follows.
    public var end: WallTime {
        let (nextYear, next) = month == 12 ? (year + 1, 1) : (year, month + 1)
        let civil = CivilTime(year: nextYear, month: next, day: 1, hour: 0, minute: 0, second: 0)
        return WallTime(seconds: (civil?.secondsSince1970 ?? 0) - Int64(FixedZone.shanghai.secondsEast))
    }

    /// `2039-12`
    public var description: String { "\(year)-\(month.zeroPadded(to: 2))" }

    public static func < (left: CertificateMonth, right: CertificateMonth) -> Bool {
        (left.year, left.month) < (right.year, right.month)
    }
}
