import Base

extension WallTime {
    /// Reads a moment as people and programs write it by ISO 8601: `2026-03-01T07:45Z`, `2026-03-01 15:45:00.5+08:00`. The seconds may be
    /// missing, and a fraction is read to milliseconds. The zone may not: which one is meant nobody could tell.
    init?(iso8601 text: String) {
        let pattern = /(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:[Zz]|([+-])(\d{2}):?(\d{2})?)/
            .asciiOnlyDigits()
        guard let match = try? pattern.wholeMatch(in: text)?.output else { return nil }
        func number(_ digits: Substring?) -> Int { digits.flatMap { Int($0) } ?? 0 }
        let (hours, minutes) = (number(match.9), number(match.10))
        guard
            let civil = CivilTime(
                year: number(match.1), month: number(match.2), day: number(match.3), hour: number(match.4),
                minute: number(match.5), second: number(match.6)),
            hours <= 14, minutes < 60
        else { return nil }
        let fraction = (match.7 ?? "").prefix(3)
        let milliseconds = number(fraction + String(repeating: "0", count: 3 - fraction.count))
        let east = Int64(hours * 3600 + minutes * 60) * (match.8 == "-" ? -1 : 1)
        self.init(milliseconds: (civil.secondsSince1970 - east) * 1000 + Int64(milliseconds))
    }
}
