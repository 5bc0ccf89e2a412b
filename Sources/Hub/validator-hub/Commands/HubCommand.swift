import ArgumentParser
import Base
import HubServices
import OperatingSystem

/// What every command takes, before or after its name.
struct CommonOptions: ParsableArguments {
    @Option(help: "The configuration file.")
    var config = HubConfiguration.defaultPath
}

/// A command on the hub's database, which may be run while the server runs.
protocol HubCommand: ParsableCommand {
    var common: CommonOptions { get }

    func run(_ configuration: HubConfiguration, _ database: HubDatabase, now: WallTime) throws
}

extension HubCommand {
    mutating func run() throws {
        do {
            let configuration = try HubConfiguration.load(path: common.config)
            let database = try HubDatabase(path: configuration.databasePath)
            try run(configuration, database, now: Clocks.now().system)
        } catch {
            let failure = CommandFailure(error)
            Terminal.complain(failure.text)
            throw ExitCode(failure.exit.rawValue)
        }
    }
}
