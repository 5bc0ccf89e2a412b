import Base
import JSON
import Storage
import ValidatorCore

/// One request of the control socket: `{"command": "taps", "limit": 5}`. Each argument is taken once; `finish` refuses the rest.
nonisolated struct ControlRequest {
    let command: String
    private var arguments: JSONObject

    init(_ line: [UInt8], rules: JSONRules) throws(ControlError) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: line, rules: rules)
        } catch {
            throw ControlError(.badRequest, "not JSON: \(error)")
        }
        guard var object = value.object, let command = object["command"]?.string else {
            throw ControlError(.badRequest, "a request is an object with a \"command\", such as {\"command\":\"status\"}")
        }
        object["command"] = nil
        self.command = command
        arguments = object
    }

    mutating func integer(
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

    /// False when absent.
    mutating func flag(_ name: String) throws(ControlError) -> Bool {
        guard let value = take(name) else { return false }
        guard let flag = value.bool else { throw ControlError(.badArgument, "\(name) must be true or false") }
        return flag
    }

    /// The one that `target` names; all when it is absent.
    mutating func targets() throws(ControlError) -> [DownloadTarget] {
        guard let value = take("target") else { return DownloadTarget.allCases }
        guard let target = value.string.flatMap(DownloadTarget.init(rawValue:)) else {
            let names = DownloadTarget.allCases.map(\.rawValue).joined(separator: ", ")
            throw ControlError(.badArgument, "target must be one of \(names)")
        }
        return [target]
    }

    /// What `kind` asks for: `taps`, which are meant when it is absent, or `positions`.
    mutating func isPositions() throws(ControlError) -> Bool {
        switch take("kind") {
        case nil, "taps": return false
        case "positions": return true
        default: throw ControlError(.badArgument, "kind must be taps or positions")
        }
    }

    /// `[{"row": 5, "id": "01890a5d-…"}, …]`
    mutating func recordNames(_ name: String, atMost limit: Int) throws(ControlError) -> [RecordName] {
        let mistake = ControlError(.badArgument, "\(name) must be at most \(limit) objects of row and id")
        guard let values = take(name)?.array, values.count <= limit else { throw mistake }
        let names = values.compactMap { value -> RecordName? in
            guard let row = value["row"]?.int, let id = value["id"]?.string.flatMap({ UniqueID($0) }) else { return nil }
            return RecordName(row: Int64(row), id: id)
        }
        guard names.count == values.count else { throw mistake }
        return names
    }

    func finish() throws(ControlError) {
        guard let unknown = arguments.members.first else { return }
        throw ControlError(.badArgument, "\(command) takes no argument \"\(unknown.key)\"")
    }

    private mutating func take(_ name: String) -> JSONValue? {
        defer { arguments[name] = nil }
        return arguments[name]
    }
}
