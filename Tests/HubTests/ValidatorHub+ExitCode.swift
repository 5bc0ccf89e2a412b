import ArgumentParser

@testable import validator_hub

extension ValidatorHub {
    /// Runs a command in this process.
    static func run(_ arguments: [String]) async throws {
        var command = try parseAsRoot(arguments)
        if var command = command as? any AsyncParsableCommand {
            try await command.run()
        } else {
            try command.run()
        }
    }

    /// Runs a command in this process, as the shell would see it end.
    static func exitCode(of arguments: [String], configuration: String) async -> Int32 {
        do {
            try await run(["--config", configuration] + arguments)
            return 0
        } catch {
            return exitCode(for: error).rawValue
        }
    }
}
