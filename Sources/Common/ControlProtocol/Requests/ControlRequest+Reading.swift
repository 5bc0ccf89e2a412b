import Base
import Fares
import JSON

extension ControlRequest {
    private static let rules = JSONRules(.strict, maximumDepth: 8)

    /// Reads a line without its newline. Whatever it holds, it is a request or the error that is to be answered.
    public init(line: [UInt8]) throws(ControlError) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: line, rules: Self.rules)
        } catch {
            throw ControlError(.badRequest, "not JSON: \(error)")
        }
        guard var object = value.object, let command = object["command"]?.string else {
            throw ControlError(.badRequest, "a request is an object with a \"command\", such as {\"command\":\"status\"}")
        }
        guard let name = Name(rawValue: command) else {
            let hint = nearestName(to: command, among: Name.allCases.map(\.rawValue)).map { "; did you mean \($0)?" } ?? ""
            throw ControlError(.unknownCommand, "there is no command \"\(command)\"\(hint)")
        }
        object["command"] = nil
        var arguments = ControlArguments(object)
        try self.init(name, &arguments)
        try arguments.finish(name)
    }

    private init(_ name: Name, _ arguments: inout ControlArguments) throws(ControlError) {
        switch name {
        case .status: self = .status
        case .lists: self = .lists
        case .keys: self = .keys
        case .gps: self = .gps
        case .readers: self = .readers
        case .probes: self = .probes
        case .platform: self = .platform
        case .outbox: self = .outbox
        case .taps: self = .taps(try arguments.latestRange())
        case .log: self = .log(try arguments.latestRange())
        case .refusedRecords: self = .refusedRecords(try arguments.recordRange())
        case .storedRecords: self = .storedRecords(try arguments.recordRange())
        case .retryRefused: self = .retryRefused
        case .markCollected:
            self = .markCollected(try arguments.recordKind(), try arguments.references("records", atMost: Self.maximumReferences))
        case .returnCollected: self = .returnCollected
        case .identity: self = .identity
        case .carriage: self = .carriage(digest: try arguments.digest("sha256"))
        case .handOver:
            self = .handOver(
                HandoverRequest(
                    file: try arguments.text("file"), checksum: try arguments.text("xxh64"),
                    lastTap: try arguments.row("last_tap"), lastPosition: try arguments.row("last_position")))
        case .set: self = .set(key: try arguments.text("key"), value: try arguments.text("value"))
        case .synchronise: self = .synchronise(try arguments.target(), full: try arguments.flag("full"))
        case .startSelfTest: self = .startSelfTest
        case .selfTestResult: self = .selfTestResult
        case .explainTicket: self = .explainTicket(try arguments.code("hex"), at: try arguments.time("at"))
        case .scannedTicket: self = .scannedTicket(scanner: try arguments.scanner())
        case .restart: self = .restart
        case .audit: self = .audit(try arguments.auditEvent(), detail: try arguments.detail())
        }
    }
}
