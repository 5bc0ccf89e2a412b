import ArgumentParser
import JSON

struct LogCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "The latest log lines of validatord, oldest first.",
        discussion: "validatord remembers the last thousand itself; there need be no journal.")
    @OptionGroup var options: ControlOptions

    @Option(help: "How many, 1 to 500.")
    var lines = 50

    @Flag(help: "Go on with those to come, until interrupted. With --json, one line a line.")
    var follow = false

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        let result = try connection.request("log", ["limit": .int(lines)])
        guard follow else {
            return show(result) { ($0["lines"]?.array ?? []).map(Rendering.logLine).joined(separator: "\n") }
        }
        try goOn("log", result, over: &connection, orElse: "a log without lines", { $0["lines"]?.array }, Rendering.logLine)
    }
}

extension Rendering {
    static func logLine(_ line: JSONValue) -> String { "\(line["time"].cell) \(line["level"].cell) \(line["text"].cell)" }
}
