import ArgumentParser
import ControlProtocol

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
        guard follow else { return try show(.log(LatestRange(limit: lines)), over: &connection, Rendering.log) }
        try goOn(ControlCall.log, limit: lines, over: &connection, \.lines, sequence: \.sequence, Rendering.logLine)
    }
}
