import ArgumentParser
import Base

/// The program: a bus on the desk, or a fleet of them on the wire.
@main
struct ValidatorRig: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validator-rig",
        abstract: "Stands in for a bus: card readers, scanners, a GPS receiver, lights and riders; or for a fleet of them.",
        version: Release.text,
        subcommands: [Play.self, FleetCommand.self],
        defaultSubcommand: Play.self)
}
