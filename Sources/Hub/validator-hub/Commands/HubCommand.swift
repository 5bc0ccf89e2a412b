import ArgumentParser
import Base
import HubStore
import OperatingSystem

/// What every command takes, before or after its name.
struct CommonOptions: ParsableArguments {
    @Option(help: "The configuration file.")
    var config = HubConfiguration.defaultPath
}

/// A command on the hub's database, which may be run while the server runs.
protocol HubCommand: AsyncParsableCommand {
    var common: CommonOptions { get }

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws
}

extension HubCommand {
    mutating func run() async throws {
        do {
            let configuration = try HubConfiguration.load(path: common.config)
            let store = try await StoreLocation(configuration).open()
            try await run(configuration, store, now: Clocks.now().system)
        } catch {
            let failure = CommandFailure(error)
            Terminal.complain(failure.text)
            throw ExitCode(failure.exit.rawValue)
        }
    }
}
