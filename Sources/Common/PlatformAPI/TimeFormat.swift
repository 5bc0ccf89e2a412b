import Base

/// How times are written, in the platform's time zone.
public enum TimeFormat: String, CaseIterable, Sendable {
    /// `yyyy-MM-dd HH:mm:ss`
    case datetime
    /// `yyMMddHHmmss`, the years 2000 to 2099.
    case compact

    public func text(_ time: CivilTime) -> String {
        let rest = [time.month, time.day, time.hour, time.minute, time.second].map { padded($0, to: 2) }
        switch self {
        case .datetime:
            return "\(padded(time.year, to: 4))-\(rest[0])-\(rest[1]) \(rest[2]):\(rest[3]):\(rest[4])"
        case .compact:
            return padded(time.year % 100, to: 2) + rest.joined()
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
    /// Reads a time in either format; nil when `text` is neither.
    func wall(_ text: String) -> WallTime? {
        TimeFormat.allCases.lazy.compactMap { $0.time(text) }.first.map { wall($0) }
    }
}

func padded(_ number: some BinaryInteger, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
