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

    /// What it sets that a platform behind the hub rules; nil: nothing.
    static var ruledByPlatform: String? { get }

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws
}

extension HubConfiguration {
    fileprivate func requireOwnRule(over what: String) throws(CommandFailure) {
        guard policy.upstream.isInFront else { return }
        throw CommandFailure(
            .usage, "upstream.base_url is set: the platform at \(policy.upstream.baseURL) rules \(what), which is to be set there"
        )
    }
}

extension HubCommand {
    static var ruledByPlatform: String? { nil }

    mutating func run() async throws {
        do {
            let configuration = try HubConfiguration.load(path: common.config)
            if let ruled = Self.ruledByPlatform { try configuration.requireOwnRule(over: ruled) }
            let store = try await StoreLocation(configuration).open()
            try await run(configuration, store, now: Clocks.now().system)
        } catch {
            let failure = CommandFailure(error)
            Terminal.complain(failure.text)
            throw ExitCode(failure.exit.rawValue)
        }
    }
}
