import ArgumentParser

struct ProvisioningCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provisioning", abstract: "What the image's start needs for a provisioning file.",
        subcommands: [ProvisioningCheckCommand.self, ProvisioningSetCommand.self])
}

struct ProvisioningCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Whether a provisioning file proves that its author knows this box's secret.",
        discussion: """
            Its line proof = "…" must hold HMAC-SHA-256 over its other lines under the box's present secret, as \
            validator-hub provision-proof prints it. Exit code 0 if it does, 1 if not, 66 when there is no secret to prove it by.
            """)

    @Argument(help: "The provisioning file.")
    var file: String

    @Option(help: "A file with the secret. Of several, the first that is there and not empty.")
    var secretFile = ["/etc/validator/platform.authorization", "/etc/validator/platform.secret", "/etc/validator/ticket.secret"]

    func run() throws {
        do throws(ControlFailure) {
            try ProvisioningCheck(file: file, secretFiles: secretFile).run()
        } catch {
            error.tell()
            throw ExitCode(error.exitCode)
        }
    }
}

struct ProvisioningSetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Writes a key's value into a configuration file.",
        discussion: "All else in the file, comments too, stays as it is. Nobody checks whether the key and its value are good.")

    @Argument(help: "The configuration file.")
    var file: String

    @Argument(help: "The key, such as platform.base_url.")
    var key: String

    @Argument(help: "The text that it gets.")
    var value: String

    func run() throws {
        do throws(ControlFailure) {
            try ProvisioningKey(file: file, key: key).set(to: value)
        } catch {
            error.tell()
            throw ExitCode(error.exitCode)
        }
    }
}
