import ArgumentParser
import CLinux
import Glibc
import JSON

struct TapsCommand: ControlCommand {
    static let configuration = CommandConfiguration(commandName: "taps", abstract: "The latest answered taps, oldest first.")
    @OptionGroup var options: ControlOptions

    @Option(help: "How many, 1 to 500.")
    var limit = 20

    @Flag(help: "Go on with those to come, until interrupted. With --json, one tap a line.")
    var follow = false

    /// A person does not notice it, and the daemon does not either.
    private static let pollMicroseconds: UInt32 = 250_000

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        let result = try connection.request("taps", ["limit": .int(limit)])
        guard follow else { return show(result, Rendering.taps) }

        if !options.json { print(Rendering.tapHeader) }
        var last = try printTaps(result, after: 0)
        while true {
            fflush(nil)
            usleep(Self.pollMicroseconds)
            last = try printTaps(connection.request("taps", ["after": .int(last), "limit": 500]), after: last)
        }
    }

    /// Returns the number of the last one.
    private func printTaps(_ result: JSONValue, after last: Int) throws(ControlFailure) -> Int {
        guard let taps = result["taps"]?.array else { throw .unintelligible("a list of taps without taps") }
        for tap in taps { print(options.json ? tap.text : Rendering.tapLine(tap)) }
        return taps.last?["sequence"]?.int ?? last
    }
}
