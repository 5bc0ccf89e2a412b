import ArgumentParser

struct TakeoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "takeover", abstract: "Makes this box the one that was handed over.",
        discussion: """
            Takes configuration, secrets and unsent records from a USB stick that validatorctl handover has written; what was here \
            is kept as FILE.previous. To be run as root, on a box without unsent records of its own.
            """)

    @OptionGroup var options: ControlOptions

    @Argument(help: "The folder that the USB stick is mounted at.")
    var folder: String

    @Option(help: "The configuration of validatord.")
    var config = "/etc/validator/validator.toml"

    func run() throws {
        do throws(ControlFailure) {
            let result = try Takeover(folder: folder, configurationFile: config, socket: options.socket).run()
            AuditTrail.tell(.takeover, result.deviceID, socket: options.socket)
            if options.json { Output.tell(result.json) } else { Output.tell(Self.done(result)) }
        } catch {
            error.tell()
            throw ExitCode(error.exitCode)
        }
    }

    private static func done(_ result: TakeoverReport) -> String {
        let next =
            result.restarts
            ? "validatord restarts" : "now restart validatord: systemctl restart validator"
        return """
            this box is \(result.deviceID) from now on; \(next)
            It uploads the \(result.records) records of the former one. Delete the files on the stick once it has.
            """
    }
}
