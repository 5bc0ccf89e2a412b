import ArgumentParser

@testable import validator_hub

extension ValidatorHub {
    /// Runs a command in this process, as the shell would see it end.
    static func exitCode(of arguments: [String], configuration: String) -> Int32 {
        do {
            var command = try parseAsRoot(["--config", configuration] + arguments)
            try command.run()
            return 0
        } catch {
            return exitCode(for: error).rawValue
        }
    }
}
