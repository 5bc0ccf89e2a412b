import ArgumentParser
import ControlProtocol

struct TapsCommand: ControlCommand {
    static let configuration = CommandConfiguration(commandName: "taps", abstract: "The latest answered taps, oldest first.")
    @OptionGroup var options: ControlOptions

    @Option(help: "How many, 1 to 500.")
    var limit = 20

    @Flag(help: "Go on with those to come, until interrupted. With --json, one tap a line.")
    var follow = false

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        guard follow else { return try show(.taps(LatestRange(limit: limit)), over: &connection, Rendering.taps) }
        if !options.json { print(Rendering.tapHeader) }
        try goOn(ControlCall.taps, limit: limit, over: &connection, \.taps, sequence: \.sequence, Rendering.tapLine)
    }
}
