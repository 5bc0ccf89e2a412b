import ArgumentParser
import Base
import Dispatch
import Glibc
import OperatingSystem

struct EnrolCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enrol", abstract: "Gets this box a secret of its own from its hub, for a one-time code.",
        discussion: """
            Writes the secret and what the hub says of itself into the configuration, and checks it before anything is replaced; what was \
            here is kept as FILE.previous. To be run as root. Exit code 69: the hub is not reached; 75: it wants to be asked later; 77: it \
            refuses the code.
            """)

    @OptionGroup var options: ControlOptions

    @Argument(help: "Where the hub manages boxes: https://HUB/manage/v1.")
    var url: String

    @Argument(help: "What validator-hub enrol has printed for this device; - reads it from standard input.")
    var code: String

    @Option(help: "The configuration of validatord.")
    var config = "/etc/validator/validator.toml"

    func run() throws {
        let code = Self.exitCode { () throws(ControlFailure) in
            let enrolment = try Enrolment(url: url, configurationFile: config)
            let code = try spokenCode()
            if let failure = MainActor.assumeIsolated({ start(enrolment, code) }) { throw failure }
        }
        guard code == 0 else { throw ExitCode(code) }
        // The exchange runs on the main queue, which is served from here; the program ends there.
        dispatchMain()
    }

    /// Why it cannot be started; nil when it has begun.
    @MainActor private func start(_ enrolment: Enrolment, _ code: String) -> ControlFailure? {
        let exchange: EnrolmentExchange
        do throws(SystemError) { exchange = try EnrolmentExchange() } catch { return .hubUnreachable("\(error)") }
        enrolment.ask(code: code, by: exchange) { answer in
            let code = Self.exitCode { () throws(ControlFailure) in try finish(enrolment, try answer.get()) }
            withExtendedLifetime(exchange) { Glibc.exit(code) }
        }
        return nil
    }

    private static func exitCode(_ work: () throws(ControlFailure) -> Void) -> Int32 {
        do throws(ControlFailure) {
            try work()
            return 0
        } catch {
            error.tell()
            return error.exitCode
        }
    }

    private func spokenCode() throws(ControlFailure) -> String {
        let text = code == "-" ? readLine(strippingNewline: true) ?? "" : code
        let trimmed = text.filter { !$0.isWhitespace }
        guard (1...64).contains(trimmed.utf8.count) else { throw .badArgument("there is no code") }
        return trimmed
    }

    private func finish(_ enrolment: Enrolment, _ reply: EnrolmentReply) throws(ControlFailure) {
        try enrolment.install(reply)
        AuditTrail.tell(.enrolled, reply.managementURL, socket: options.socket)
        var report = EnrolmentReport()
        (report.deviceID, report.baseURL, report.managementURL) = (enrolment.deviceID, reply.baseURL, reply.managementURL)
        report.restarts = ControlConnection.restartsDaemon(socket: options.socket)
        if options.json { Output.tell(report.json) } else { Output.tell(Self.done(report)) }
    }

    private static func done(_ report: EnrolmentReport) -> String {
        let next = report.restarts ? "validatord restarts" : "now restart validatord: systemctl restart validator"
        return "\(report.deviceID.printable) is enrolled at \(report.managementURL.printable); \(next)"
    }
}
