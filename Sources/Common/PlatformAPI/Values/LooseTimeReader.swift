import Base

/// Walks along a date and a time, part by part.
struct LooseTimeReader {
    private var rest: Substring.UTF8View
    private(set) var isPlain = true
    /// What the time of day says beyond its date: a day for `24:00:00`.
    private(set) var excess = Duration.zero

    init(_ text: String) {
        rest = Substring(text).utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// Nil for what no calendar or clock shows.
    mutating func civil() -> CivilTime? {
        guard let year = number(4), skip("-/"), let month = number(1...2), skip("-/"), let day = number(1...2), skip(" Tt")
        else { return nil }
        while skip(" ") {}
        guard var hour = number(1...2), skip(":"), let minute = number(2) else { return nil }
        var second = 0
        if skip(":") {
            guard let seconds = number(2) else { return nil }
            second = seconds
            if skip(".,") {
                guard number(1...9) != nil else { return nil }
            }
        } else {
            isPlain = false
        }
        if hour == 24, minute == 0, second == 0 {
            hour = 0
            excess = .seconds(86400)
            isPlain = false
        }
        return CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    /// Seconds east of UTC, `Z` or `+08:00`; nil when the text names no zone, and is not read any further then.
    mutating func zone() -> Int? {
        let before = rest
        while skip(" ") {}
        if skip("Zz") { return 0 }
        let isWest = rest.first == UInt8(ascii: "-")
        if skip("+-"), let hours = number(2) {
            _ = skip(":")
            let minutes = number(2) ?? 0
            if hours < 24, minutes < 60 { return (isWest ? -1 : 1) * (hours * 3600 + minutes * 60) }
        }
        rest = before
        return nil
    }

    private mutating func skip(_ any: String) -> Bool {
        guard let byte = rest.first, any.utf8.contains(byte) else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func number(_ digits: Int) -> Int? { number(digits...digits) }

    private mutating func number(_ digits: ClosedRange<Int>) -> Int? {
        let text = rest.prefix(digits.upperBound).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard text.count >= digits.lowerBound, let value = Int(Substring(text)) else { return nil }
        rest.removeFirst(text.count)
        return value
    }
}
