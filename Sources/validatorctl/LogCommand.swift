import ArgumentParser
import Glibc
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

    /// A person does not notice it, and the daemon does not either.
    private static let pollMicroseconds: UInt32 = 250_000

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        let result = try connection.request("log", ["limit": .int(lines)])
        guard follow else {
            return show(result) { ($0["lines"]?.array ?? []).map(Rendering.logLine).joined(separator: "\n") }
        }
        var last = try printLines(result, after: 0)
        while true {
            fflush(nil)
            usleep(Self.pollMicroseconds)
            last = try printLines(connection.request("log", ["after": .int(last), "limit": 500]), after: last)
        }
    }

    /// Returns the number of the last one.
    private func printLines(_ result: JSONValue, after last: Int) throws(ControlFailure) -> Int {
        guard let lines = result["lines"]?.array else { throw .unintelligible("a log without lines") }
        for line in lines { print(options.json ? line.text : Rendering.logLine(line)) }
        return lines.last?["sequence"]?.int ?? last
    }
}

extension Rendering {
    static func logLine(_ line: JSONValue) -> String { "\(line["time"].cell) \(line["level"].cell) \(line["text"].cell)" }
}
