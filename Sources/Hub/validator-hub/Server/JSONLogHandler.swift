import Base
import JSON
import Logging

/// The log as one JSON object a line, for programs that gather logs (`[log] format = "json"`).
struct JSONLogHandler: LogHandler {
    var logLevel = Logger.Level.info
    var metadata = Logger.Metadata()
    private let label: String
    private let clock: @Sendable () -> WallTime
    private let write: @Sendable (String) -> Void

    /// - Parameters:
    ///   - write: gets a line with its end.
    init(label: String, clock: @escaping @Sendable () -> WallTime, write: @escaping @Sendable (String) -> Void) {
        (self.label, self.clock, self.write) = (label, clock, write)
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line: JSONObject = [
            "time": .string(clock().timestamp), "level": .string(event.level.rawValue), "logger": .string(label),
            "message": .string(event.message.description),
        ]
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }
        if !fields.isEmpty {
            var object = JSONObject()
            for (name, value) in fields.sorted(by: { $0.key < $1.key }) { object[name] = .string("\(value)") }
            line["fields"] = .object(object)
        }
        write(JSONValue.object(line).text.printableJSON + "\n")
    }
}
