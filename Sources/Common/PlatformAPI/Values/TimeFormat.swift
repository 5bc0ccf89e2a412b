import Base

/// How times are written, in the platform's time zone.
public enum TimeFormat: String, CaseIterable, Sendable {
    /// `yyyy-MM-dd HH:mm:ss`
    case datetime
    /// `yyMMddHHmmss`, the years 2000 to 2099.
    case compact

    public func text(_ time: CivilTime) -> String {
        switch self {
        case .datetime: "\(time.date) \(time.timeOfDay)"
        case .compact:
            [time.year % 100, time.month, time.day, time.hour, time.minute, time.second].map { $0.zeroPadded(to: 2) }.joined()
        }
    }

    /// Nil for anything that is not a real second in exactly this format.
    public func time(_ text: String) -> CivilTime? {
        var bytes = Array(text.utf8)[...]
        func separator(_ expected: String) -> Bool {
            guard self == .datetime else { return true }
            return bytes.popFirst() == expected.utf8.first
        }
        guard let year = Self.number(&bytes, digits: self == .datetime ? 4 : 2), separator("-"),
            let month = Self.number(&bytes, digits: 2), separator("-"),
            let day = Self.number(&bytes, digits: 2), separator(" "),
            let hour = Self.number(&bytes, digits: 2), separator(":"),
            let minute = Self.number(&bytes, digits: 2), separator(":"),
            let second = Self.number(&bytes, digits: 2), bytes.isEmpty
        else { return nil }
        return CivilTime(
            year: self == .datetime ? year : 2000 + year, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    private static func number(_ bytes: inout ArraySlice<UInt8>, digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let byte = bytes.popFirst(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }
}

extension WireFormat {
    func text(_ time: WallTime) -> String {
        timeFormat.text(timeZone.civil(time))
    }
}

extension TimeZoneRules {
    /// Reads a time in any form that back offices write; nil when `text` is none of them.
    func wall(_ text: String) -> WallTime? { looseTime(text)?.wall }
}
