import ArgumentParser
import Base
import Glibc

struct TakeoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "takeover", abstract: "Makes this box the one that was handed over.",
        discussion: """
            Takes configuration, secrets and unsent records from a USB stick that validatorctl handover has written; what was here \
            is kept as FILE.previous. To be run as root, on a box without unsent records of its own.
            """)

    @OptionGroup var options: ControlOptions
    @OptionGroup var seal: SealOptions

    @Argument(help: "The folder that the USB stick is mounted at.")
    var folder: String

    @Option(help: "The configuration of validatord.")
    var config = "/etc/validator/validator.toml"

    func run() throws {
        do throws(ControlFailure) {
            let result = try Takeover(
                folder: folder, configurationFile: config, passphrase: passphrase(), isPlain: seal.plain,
                socket: options.socket
            ).run()
            AuditTrail.tell(.takeover, result.deviceID, socket: options.socket)
            if options.json { Output.tell(result.json) } else { Output.tell(Self.done(result)) }
        } catch {
            error.tell()
            throw ExitCode(error.exitCode)
        }
    }

    /// On a boot partition, where nobody can be asked, it may lie beside the files; who puts them there knows it anyway.
    private func passphrase() throws(ControlFailure) -> [UInt8]? {
        if let given = try seal.passphrase() { return given }
        let file = "\(folder)/validator-passphrase.txt"
        return isatty(0) == 0 && WholeFile.exists(file) ? try Passphrase.read(file) : nil
    }

    private static func done(_ result: TakeoverReport) -> String {
        let next =
            result.restarts
            ? "validatord restarts" : "now restart validatord: systemctl restart validator"
        return """
            this box is \(result.deviceID.printable) from now on; \(next)
            It uploads the \(result.records) records of the former one. Delete the files on the stick once it has.
            """
    }
}
