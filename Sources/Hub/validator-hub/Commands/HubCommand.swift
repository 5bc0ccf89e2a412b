import ArgumentParser
import Base
import HubStore
import OperatingSystem

/// What every command takes, before or after its name.
struct CommonOptions: ParsableArguments {
    @Option(help: "The configuration file.")
    var config = HubConfiguration.defaultPath
}

/// A command that needs the configuration, and may be run while the server runs.
protocol ConfiguredCommand: AsyncParsableCommand {
    var common: CommonOptions { get }

    func run(_ configuration: HubConfiguration) async throws
}

extension ConfiguredCommand {
    mutating func run() async throws {
        do {
            try await run(HubConfiguration.load(path: common.config))
        } catch {
            let failure = CommandFailure(error)
            Terminal.complain(failure.text)
            throw ExitCode(failure.exit.rawValue)
        }
    }
}

/// A command on the hub's database.
protocol HubCommand: ConfiguredCommand {
    /// Whether it is one of those by which a hub is set up, before it has run: where the configured folder has no database yet, it makes one.
    static var makesDatabase: Bool { get }
    /// What it sets that a platform behind the hub rules; nil: nothing.
    static var ruledByPlatform: String? { get }

    func run(_ configuration: HubConfiguration, _ store: any HubStore, now: WallTime) async throws
}

extension HubCommand {
    static var makesDatabase: Bool { false }
    static var ruledByPlatform: String? { nil }

    func run(_ configuration: HubConfiguration) async throws {
        if let ruled = Self.ruledByPlatform { try configuration.requireOwnRule(over: ruled) }
        let location = StoreLocation(configuration)
        try location.requireDatabase(mayMake: Self.makesDatabase)
        try await run(configuration, location.open(), now: Clocks.now().system)
    }
}

extension HubConfiguration {
    func requireOwnRule(over what: String) throws(CommandFailure) {
        guard policy.upstream.isInFront else { return }
        throw CommandFailure(
            .usage, "upstream.base_url is set: the platform at \(policy.upstream.baseURL) rules \(what), which is to be set there"
        )
    }
}
