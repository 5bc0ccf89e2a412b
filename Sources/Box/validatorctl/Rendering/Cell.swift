import Base
import JSON

/// JSON values as people read them; what is absent or null is `-`.
extension JSONValue? {
    var cell: String {
        switch self {
        case nil, .null?: "-"
        case .string(let text)?: text.isEmpty ? "-" : text
        case let value?: value.text
        }
    }

    /// A number of seconds as an age: `12 s`, `4 min`, `3 h 20 min`, `5 d 2 h`.
    var age: String {
        guard let seconds = self?.int else { return "-" }
        switch seconds {
        case ..<120: return "\(seconds) s"
        case ..<7200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3600) h \(seconds / 60 % 60) min"
        default: return "\(seconds / 86400) d \(seconds / 3600 % 24) h"
        }
    }

    /// The same, as something that has happened: `12 s ago`, `never`.
    var ago: String { self?.int == nil ? "never" : "\(age) ago" }

    /// A number of microseconds in milliseconds: `1.25`.
    var milliseconds: String {
        guard let microseconds = self?.int else { return "-" }
        let hundredths = (microseconds + 5) / 10
        return "\(hundredths / 100).\((hundredths % 100).zeroPadded(to: 2))"
    }

    /// `a, b`, of strings and numbers.
    var list: String {
        guard let elements = self?.array, !elements.isEmpty else { return "-" }
        return elements.map { Optional($0).cell }.joined(separator: ", ")
    }
}
