import ArgumentParser
import Base
import ControlProtocol

struct TicketCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ticket", abstract: "Explains a code, offline and without booking it.",
        discussion: """
            What it says, each check, each time, the verdict and its reason. Without a code, the last one that a scanner has read, and what \
            was answered at the time. \
            validatord is asked, and judges by what it has. With --roots or --keys nobody is asked: this program judges by those \
            keys and the settings of --config, without lists and without memory of used rides. Exit code 0: accepted; 1: refused.
            """)
    @OptionGroup var options: ControlOptions

    @Argument(help: "The code's text; - for standard input, text or bytes.")
    var text: String?

    @Option(help: "The code's bytes in hexadecimal digits.")
    var hex: String?

    @Option(help: "Judge by another moment, such as 2026-03-01T07:45:00+08:00 (ISO 8601, with its zone).")
    var at: String?

    @Option(help: "Root keys: records of 144 bytes, the same in hexadecimal digits, or lines of index,XY.")
    var roots: String?

    @Option(help: "Ticket keys: what get_qrcode_keys answers, or lines of id,key.")
    var keys: String?

    @Option(
        help: """
            The configuration of validatord, whose settings count with --roots and --keys. Without the option /etc/validator/validator.toml, \
            and where there is none, the defaults.
            """)
    var config: String?

    func validate() throws {
        guard text == nil || hex == nil else { throw ValidationError("a text or --hex, not both") }
        guard at == nil || time != nil else {
            throw ValidationError("--at takes a time with its zone, such as 2026-03-01T07:45:00+08:00")
        }
        guard text != nil || hex != nil || at == nil && !isJudgedHere else {
            throw ValidationError("--at, --roots and --keys need a code: a text, --hex or -")
        }
    }

    func run() throws {
        let report: TicketReport
        do throws(ControlFailure) {
            report = try explain()
        } catch {
            error.tell()
            throw ExitCode(error.exitCode)
        }
        if options.json { Output.tell(report.json) } else { Output.tell(Rendering.ticket(report)) }
        guard report.outcome == "accepted" else { throw ExitCode(1) }
    }

    private var isJudgedHere: Bool { roots != nil || keys != nil }

    private var time: WallTime? { at.flatMap { WallTime(iso8601: $0) } }

    private func explain() throws(ControlFailure) -> TicketReport {
        guard let code = try code() else { return try scanned() }
        if isJudgedHere {
            let judge = try TicketJudge(
                configuration: config ?? "/etc/validator/validator.toml", mayBeMissing: config == nil, rootsFile: roots,
                keysFile: keys)
            return judge.report(on: code, at: time)
        }
        var connection = try ControlConnection(socket: options.socket)
        return try connection.ask(.explainTicket(code, at: time))
    }

    /// Nil: none was given.
    private func code() throws(ControlFailure) -> [UInt8]? {
        if let hex { return try TicketInput.hexadecimal(hex) }
        guard let text else { return nil }
        return text == "-" ? try TicketInput.standard() : try TicketInput.checked(Array(text.utf8))
    }

    /// What the scanner has read that was the last to read anything.
    private func scanned() throws(ControlFailure) -> TicketReport {
        var connection = try ControlConnection(socket: options.socket)
        var latest: ScannedTicket?
        for scanner in try connection.ask(.readers).scanners.indices {
            let scanned = try connection.ask(.scannedTicket(scanner: scanner))
            guard let age = scanned.age else { continue }
            if latest?.age.map({ age < $0 }) ?? true { latest = scanned }
        }
        guard let ticket = latest?.ticket else { throw .cannotRead("no scanner has read a code since validatord started") }
        return ticket
    }
}
