import Base

/// Values as people read them, on the command line and the console; what is unknown is `-`.
enum Cell {
    /// Whoever wrote it, a code's maker, a platform or a radio, writes no second line and gives the terminal no commands.
    static func text(_ value: (some CustomStringConvertible)?) -> String {
        guard let text = value.map(\.description), !text.isEmpty else { return "-" }
        return text.printable
    }

    static func word(_ value: (some RawRepresentable<String>)?) -> String { text(value?.rawValue) }

    static func time(_ time: WallTime?) -> String { text(time?.timestamp) }

    /// `12 s`, `4 min`, `3 h 20 min`, `5 d 2 h`.
    static func age(_ duration: Duration?) -> String {
        guard let seconds = duration?.wholeSeconds else { return "-" }
        switch seconds {
        case ..<120: return "\(seconds) s"
        case ..<7200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3600) h \(seconds / 60 % 60) min"
        default: return "\(seconds / 86400) d \(seconds / 3600 % 24) h"
        }
    }

    /// An age as something that has happened: `12 s ago`, `never`.
    static func ago(_ duration: Duration?) -> String { duration == nil ? "never" : "\(age(duration)) ago" }

    /// What went wrong, and in which call: `card_check_log: HTTP status 404`; `-` for nothing.
    static func failure(_ reason: String?, of call: String?) -> String {
        guard let reason else { return text(nil as String?) }
        return text((call.map { reason.hasPrefix($0) ? "" : "\($0): " } ?? "") + reason)
    }

    /// With when it was: `card_check_log: HTTP status 404 (12 s ago)`.
    static func failure(_ reason: String?, of call: String?, _ age: Duration?) -> String {
        failure(reason, of: call) + (age == nil ? "" : " (\(ago(age)))")
    }

    /// In milliseconds, to hundredths: `1.25`.
    static func milliseconds(_ duration: Duration?) -> String {
        guard let microseconds = duration?.wholeMicroseconds else { return "-" }
        let hundredths = (microseconds + 5) / 10
        return "\(hundredths / 100).\((hundredths % 100).zeroPadded(to: 2))"
    }

    /// `a, b`
    static func list(_ values: [some CustomStringConvertible]) -> String {
        text(values.map(\.description).joined(separator: ", "))
    }

    /// An amount of data in millions of bytes, as mobile networks sell it: `5 MB`.
    static func megabytes(_ bytes: Int?) -> String { bytes.map { "\($0 / 1_000_000) MB" } ?? "-" }
}
