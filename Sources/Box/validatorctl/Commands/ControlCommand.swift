import ArgumentParser
import ControlProtocol
import Glibc

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

    /// Asks, and prints the reply: as one line of JSON, as it came, or as `text` makes it readable.
    func show<Reply>(
        _ call: ControlCall<Reply>, over connection: inout ControlConnection, _ text: (Reply) -> String
    ) throws(ControlFailure) {
        let result = try connection.request(call.request)
        if options.json { Output.tell(result) } else { Output.tell(text(try ControlConnection.reply(result, as: call))) }
    }

    /// Prints what this program itself tells.
    func show<Report: ControlReply>(_ report: Report, _ text: (Report) -> String) {
        if options.json { Output.tell(report.json) } else { Output.tell(text(report)) }
    }

    /// Prints the `limit` latest entries, and those that come after them, each on a line, for ever.
    ///
    /// - Parameter sequence: an entry's number, from which the next question goes on.
    func goOn<Reply, Entry: ControlReply>(
        _ call: (LatestRange) -> ControlCall<Reply>, limit: Int, over connection: inout ControlConnection,
        _ entries: (Reply) -> [Entry], sequence: (Entry) -> Int?, _ text: (Entry) -> String
    ) throws(ControlFailure) -> Never {
        // A person does not notice it, and the daemon does not either.
        let pollMicroseconds: UInt32 = 250_000
        var range = LatestRange(limit: limit)
        while true {
            let entries = entries(try connection.ask(call(range)))
            for entry in entries { if options.json { Output.tell(entry.json) } else { Output.tell(text(entry)) } }
            range = LatestRange(limit: LatestRange.limits.upperBound, after: entries.last.flatMap(sequence) ?? range.after)
            fflush(nil)
            usleep(pollMicroseconds)
        }
    }
}
