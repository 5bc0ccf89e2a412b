import Base
import JSON

// Members that taps and positions have alike.

extension JSONValue {
    /// Null stands for nil.
    static func optional(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    static func optional(_ value: Double?) -> JSONValue { value.map { .double($0) } ?? .null }
    static func optional(_ value: Int?) -> JSONValue { value.map { .int($0) } ?? .null }
}

extension JSONObject {
    /// Nulls without a fix.
    mutating func append(_ position: Position?) {
        self["lat"] = .optional(position?.latitude)
        self["lng"] = .optional(position?.longitude)
        self["speed_kmh"] = .optional(position?.speedKilometresPerHour)
        self["course"] = .optional(position?.course)
    }

    mutating func append(_ refusals: RecordedRefusals) {
        self["refusals"] = .int(refusals.count)
        self["refusal_code"] = .optional(refusals.code)
        self["refusal_message"] = .optional(refusals.message)
    }
}

extension Position {
    /// Nil without a fix.
    init?(_ record: JSONValue) {
        guard let latitude = record["lat"]?.double, let longitude = record["lng"]?.double else { return nil }
        self.init(
            latitude: latitude, longitude: longitude, speedKilometresPerHour: record["speed_kmh"]?.double,
            course: record["course"]?.double)
    }
}

extension ClockSource {
    /// Nil for a word that this release does not know.
    init?(_ word: JSONValue?) {
        guard let source = Self.allCases.first(where: { word == .string($0.name) }) else { return nil }
        self = source
    }
}

extension RecordedRefusals {
    init(_ record: JSONValue) {
        self.init(
            count: record["refusals"]?.int ?? 0, code: record["refusal_code"]?.int, message: record["refusal_message"]?.string)
    }
}
