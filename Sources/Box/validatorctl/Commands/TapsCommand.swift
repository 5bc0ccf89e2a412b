import ArgumentParser
import JSON

struct TapsCommand: ControlCommand {
    static let configuration = CommandConfiguration(commandName: "taps", abstract: "The latest answered taps, oldest first.")
    @OptionGroup var options: ControlOptions

    @Option(help: "How many, 1 to 500.")
    var limit = 20

    @Flag(help: "Go on with those to come, until interrupted. With --json, one tap a line.")
    var follow = false

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        let result = try connection.request("taps", ["limit": .int(limit)])
        guard follow else { return show(result, Rendering.taps) }

        if !options.json { print(Rendering.tapHeader) }
        try goOn(
            "taps", result, over: &connection, orElse: "a list of taps without taps", { $0["taps"]?.array }, Rendering.tapLine)
    }
}
