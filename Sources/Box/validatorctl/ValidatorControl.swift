import ArgumentParser
import Base

/// `validatorctl`: shows and changes what a running validatord does, over its control socket.
@main
struct ValidatorControl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validatorctl",
        abstract: "Shows and changes what the ticket validator does.",
        discussion: "--socket and --json may stand before the command too.",
        version: Release.text,
        subcommands: [
            StatusCommand.self, TapsCommand.self, OutboxCommand.self, ListsCommand.self, KeysCommand.self,
            GPSCommand.self, ReadersCommand.self, PlatformCommand.self, SetCommand.self, SyncCommand.self,
            LogCommand.self, SelfTestCommand.self, ReportCommand.self, RestartCommand.self, ConsoleCommand.self,
            HandoverCommand.self, TakeoverCommand.self, ProvisioningCommand.self, TicketCommand.self,
            EnrolCommand.self,
        ])

    static func main() {
        main(Self.commandFirst(Array(CommandLine.arguments.dropFirst())))
    }

    /// Moves the options that stand before the command to the end, where its parser looks for them.
    static func commandFirst(_ arguments: [String]) -> [String] {
        var rest = arguments[...]
        var options: [String] = []
        while let argument = rest.first {
            if argument == "--socket", rest.count > 1 {
                options += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else if argument == "--json" || argument.hasPrefix("--socket=") {
                options.append(argument)
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        guard rest.first?.hasPrefix("-") == false else { return Array(rest) }
        return rest + options
    }
}

/// What every command takes.
struct ControlOptions: ParsableArguments {
    @Option(help: "The control socket of validatord.")
    var socket = "/run/validator/control.sock"

    @Flag(help: "Print JSON, as docs/control-protocol.md describes it.")
    var json = false
}
