import ArgumentParser
import ControlProtocol
import JSON
import OperatingSystem

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Writes a diagnostics report, a text file without secrets.",
        discussion: """
            Card numbers and tickets are masked, comments of the configuration left out. Written too when validatord does not run. \
            Read it before you send it on.
            """)
    @OptionGroup var options: ControlOptions

    @Argument(help: "The file, or a folder in which it gets a name of its own.")
    var file: String

    func run() throws {
        do throws(ControlFailure) {
            let path = try Self.write(to: file, socket: options.socket)
            if options.json { Output.tell(["file": .string(path)]) } else { Output.tell("written: \(path)") }
        } catch {
            error.tell()
            throw ExitCode(error.exitCode)
        }
    }

    /// Returns the file's path.
    static func write(to path: String, socket: String) throws(ControlFailure) -> String {
        let now = Clocks.now().system
        var device = ""
        let report = DiagnosticsReport(at: now) { request throws(ControlFailure) in
            // One that does not answer is not waited for with the next request.
            var connection = try ControlConnection(socket: socket)
            let result = try connection.request(request)
            if request == .status { device = StatusReport(result)?.deviceID ?? "" }
            return result
        }
        let file = try report.write(to: path, device: device, at: now)
        AuditTrail.tell(.report, file, socket: socket)
        return file
    }
}
