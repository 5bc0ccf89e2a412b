import Base

/// The hours of each day in which riders are admitted, in the hub's time zone: `05:30-23:00`, start included, end not.
/// One that ends before it starts goes over midnight.
public struct DailyWindow: Hashable, Sendable, CustomStringConvertible {
    /// Minutes after midnight, 0..<1440.
    public let start: Int
    /// Minutes after midnight, 0..<1440; not `start`.
    public let end: Int

    /// Nil unless `text` is `HH:MM-HH:MM` with two different times.
    public init?(_ text: some StringProtocol) {
        let halves = text.split(separator: "-", omittingEmptySubsequences: false).map { Self.minutes($0) }
        guard halves.count == 2, let start = halves[0], let end = halves[1], start != end else { return nil }
        (self.start, self.end) = (start, end)
    }

    public var description: String { "\(Self.text(start))-\(Self.text(end))" }

    /// The window that `now` lies in, or else today's.
    public func dates(at now: WallTime, zone: some TimeZoneRules) -> (start: WallTime, end: WallTime) {
        let civil = zone.civil(now)
        let midnight = civil.secondsSince1970 - Int64(civil.hour * 3600 + civil.minute * 60 + civil.second)
        let isOverMidnight = end < start
        let startsYesterday = isOverMidnight && civil.hour * 60 + civil.minute < end
        let first = midnight - (startsYesterday ? 86400 : 0)
        let last = first + (isOverMidnight ? 86400 : 0)
        return (
            zone.wall(CivilTime(secondsSince1970: first + Int64(start * 60))),
            zone.wall(CivilTime(secondsSince1970: last + Int64(end * 60)))
        )
    }

    /// Whether riders are admitted at `now`.
    public func contains(_ now: WallTime, zone: some TimeZoneRules) -> Bool {
        let dates = dates(at: now, zone: zone)
        return dates.start <= now && now < dates.end
    }

    private static func minutes(_ text: some StringProtocol) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy(isDigit) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return nil }
        return hour * 60 + minute
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func text(_ minutes: Int) -> String {
        "\((minutes / 60).zeroPadded(to: 2)):\((minutes % 60).zeroPadded(to: 2))"
    }
}
