import ArgumentParser
import ControlProtocol
import DeviceDiscovery

struct ReadersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "readers", abstract: "The card readers and code scanners.",
        subcommands: [ReadersListCommand.self, ReadersScanCommand.self, ReadersProbeCommand.self],
        defaultSubcommand: ReadersListCommand.self)
}

struct ReadersListCommand: ControlCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Those that the box uses, and their state.")
    @OptionGroup var options: ControlOptions

    func execute(_ connection: inout ControlConnection) throws(ControlFailure) {
        try show(.readers, over: &connection, Rendering.readers)
    }
}

struct ReadersScanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan", abstract: "The devices of this machine that may be readers or scanners.",
        discussion: """
            Lists serial ports, keyboards and hidraw devices, each with what it is taken for and a block for validator.toml.
            A block that is a guess is commented out. validatord need not run.
            """)

    @Flag(help: "Print JSON, as docs/scanners.md describes it.")
    var json = false

    func run() {
        let scan = DeviceListing(DeviceTree().devices())
        if json { Output.tell(scan.json) } else { Output.tell(scan.text) }
    }
}
