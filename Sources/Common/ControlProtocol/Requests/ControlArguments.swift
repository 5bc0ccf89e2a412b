import Base
import Fares
import JSON

/// The arguments of one request. Each is taken once; `finish` refuses the rest.
struct ControlArguments {
    private var members: JSONObject

    init(_ members: JSONObject) { self.members = members }

    mutating func latestRange() throws(ControlError) -> LatestRange {
        LatestRange(
            limit: try integer("limit", default: LatestRange.usualLimit, in: LatestRange.limits),
            after: try integer("after", default: 0, in: 0...Int.max))
    }

    mutating func recordRange() throws(ControlError) -> RecordRange {
        RecordRange(
            try recordKind(), after: try row("after"),
            limit: try integer("limit", default: RecordRange.usualLimit, in: RecordRange.limits))
    }

    /// Of a table of the outbox; 0 when absent.
    mutating func row(_ name: String) throws(ControlError) -> Int64 {
        Int64(try integer(name, default: 0, in: 0...Int.max))
    }

    private mutating func integer(
        _ name: String, default fallback: Int, in range: ClosedRange<Int>
    ) throws(ControlError) -> Int {
        guard let value = take(name) else { return fallback }
        guard let number = value.int, range.contains(number) else {
            let upper = range.upperBound == .max ? "up" : "to \(range.upperBound)"
            throw ControlError(.badArgument, "\(name) must be a whole number from \(range.lowerBound) \(upper)")
        }
        return number
    }

    /// A string, or a number as text.
    mutating func text(_ name: String) throws(ControlError) -> String {
        switch take(name) {
        case .string(let text): return text
        case .number(let number): return number.text
        default: throw ControlError(.badArgument, "\(name) is missing, or neither a string nor a number")
        }
    }

    /// A scanner's place in the status; the first when absent.
    mutating func scanner() throws(ControlError) -> Int { try integer("scanner", default: 0, in: 0...Int.max) }

    /// The bytes of a code, in hexadecimal.
    mutating func code(_ name: String) throws(ControlError) -> [UInt8] {
        guard let text = take(name)?.string, let code = bytes(ofHexadecimal: text),
            (1...ControlRequest.maximumCode).contains(code.count)
        else {
            throw ControlError(.badArgument, "\(name) must be 1 to \(ControlRequest.maximumCode) bytes in hexadecimal digits")
        }
        return code
    }

    /// Nil when absent.
    mutating func time(_ name: String) throws(ControlError) -> WallTime? {
        guard let value = take(name) else { return nil }
        guard let time = value.string.flatMap(WallTime.init(timestamp:)) else {
            throw ControlError(.badArgument, "\(name) must be a time in UTC with milliseconds, such as 2026-03-01T07:45:00.000Z")
        }
        return time
    }

    /// A SHA-256 in hexadecimal; nil when absent.
    mutating func digest(_ name: String) throws(ControlError) -> String? {
        guard let value = take(name) else { return nil }
        guard let text = value.string, text.utf8.count == 64, bytes(ofHexadecimal: text) != nil else {
            throw ControlError(.badArgument, "\(name) must be 64 hexadecimal digits")
        }
        return text
    }

    /// False when absent.
    mutating func flag(_ name: String) throws(ControlError) -> Bool {
        guard let value = take(name) else { return false }
        guard let flag = value.bool else { throw ControlError(.badArgument, "\(name) must be true or false") }
        return flag
    }

    /// Nil when absent: all are meant.
    mutating func target() throws(ControlError) -> DownloadTarget? {
        guard let value = take("target") else { return nil }
        guard let target = value.string.flatMap(DownloadTarget.init(rawValue:)) else {
            let names = DownloadTarget.allCases.map(\.rawValue).joined(separator: ", ")
            throw ControlError(.badArgument, "target must be one of \(names)")
        }
        return target
    }

    mutating func auditEvent() throws(ControlError) -> AuditEvent {
        guard let event = take("event")?.string.flatMap(AuditEvent.init(rawValue:)) else {
            let names = AuditEvent.allCases.map(\.rawValue).joined(separator: ", ")
            throw ControlError(.badArgument, "event must be one of \(names)")
        }
        return event
    }

    /// What is told about an event; empty when absent.
    mutating func detail() throws(ControlError) -> String {
        guard let value = take("detail") else { return "" }
        guard let detail = value.string, detail.utf8.count <= AuditEvent.maximumDetail else {
            throw ControlError(.badArgument, "detail must be a string of at most \(AuditEvent.maximumDetail) bytes")
        }
        return detail
    }

    /// Taps are meant when it is absent.
    mutating func recordKind() throws(ControlError) -> RecordKind {
        guard let value = take("kind") else { return .taps }
        guard let kind = value.string.flatMap(RecordKind.init(rawValue:)) else {
            throw ControlError(.badArgument, "kind must be taps or positions")
        }
        return kind
    }

    /// `[{"row": 5, "id": "01890a5d-…"}, …]`
    mutating func references(_ name: String, atMost limit: Int) throws(ControlError) -> [RecordReference] {
        let mistake = ControlError(.badArgument, "\(name) must be at most \(limit) objects of row and id")
        guard let values = take(name)?.array, values.count <= limit else { throw mistake }
        let references = values.compactMap { value -> RecordReference? in
            guard let row = value["row"]?.int, let id = value["id"]?.string.flatMap({ UniqueID($0) }) else { return nil }
            return RecordReference(row: Int64(row), id: id)
        }
        guard references.count == values.count else { throw mistake }
        return references
    }

    func finish(_ name: ControlRequest.Name) throws(ControlError) {
        guard let unknown = members.members.first else { return }
        throw ControlError(.badArgument, "\(name.rawValue) takes no argument \"\(unknown.key)\"")
    }

    private mutating func take(_ name: String) -> JSONValue? {
        defer { members[name] = nil }
        return members[name]
    }
}
