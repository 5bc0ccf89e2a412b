import ArgumentParser
import JSON

/// A command of `validatorctl`. Its failures are told on standard error, and end the program with their own exit code.
protocol ControlCommand: ParsableCommand {
    var options: ControlOptions { get }
    func execute(_ connection: inout ControlConnection) throws(ControlFailure)
}

extension ControlCommand {
    func run() throws {
        do throws(ControlFailure) {
            var connection = try ControlConnection(socket: options.socket)
            try execute(&connection)
        } catch {
            error.tell()
            throw ExitCode(error.exitCode)
        }
    }

    /// Prints `result` as one line of JSON, or as `text` makes it readable.
    func show(_ result: JSONValue, _ text: (JSONValue) -> String) {
        print(options.json ? result.text : text(result))
    }
}
