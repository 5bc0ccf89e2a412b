import ArgumentParser
import Glibc
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

    /// Prints the entries of `first`, and those that come after them, each on a line, for ever. Entries are numbered (`sequence`);
    /// an answer that holds none of them is told as `orElse`.
    func goOn(
        _ command: String, _ first: JSONValue, over connection: inout ControlConnection, orElse: String,
        _ entries: (JSONValue) -> [JSONValue]?, _ text: (JSONValue) -> String
    ) throws(ControlFailure) -> Never {
        // A person does not notice it, and the daemon does not either.
        let pollMicroseconds: UInt32 = 250_000
        var answer = first
        var last = 0
        while true {
            guard let entries = entries(answer) else { throw .unintelligible(orElse) }
            for entry in entries { print(options.json ? entry.text : text(entry)) }
            last = entries.last?["sequence"]?.int ?? last
            fflush(nil)
            usleep(pollMicroseconds)
            answer = try connection.request(command, ["after": .int(last), "limit": 500])
        }
    }
}
