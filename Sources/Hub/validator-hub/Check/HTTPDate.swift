import Base

/// `Date` of an HTTP reply (RFC 9110, section 5.6.7): `Mon, 30 Nov 2026 17:36:37 GMT`.
enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Nil when it is none.
    static func parse(_ text: String) -> WallTime? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int(words[1]), let month = months.firstIndex(of: String(words[2])),
            let year = Int(words[3])
        else { return nil }
        let time = words[4].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3,
            let civil = CivilTime(year: year, month: month + 1, day: day, hour: time[0], minute: time[1], second: time[2])
        else { return nil }
        return WallTime(seconds: civil.secondsSince1970)
    }
}
