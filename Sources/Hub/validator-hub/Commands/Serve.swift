import ArgumentParser
import Logging

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve the device API until SIGTERM (the default command).")

    @OptionGroup var common: CommonOptions

    mutating func run() async throws {
        do {
            let configuration = try HubConfiguration.load(path: common.config)
            var logger = Logger(label: "hub", factory: { PrintableLogHandler(StreamLogHandler.standardError(label: $0)) })
            logger.logLevel = configuration.logLevel
            for exposure in HubConfiguration.exposures(in: common.config) { logger.warning("\(exposure)") }
            let server = try await HubServer(configuration: configuration, logger: logger)
            do {
                try await server.run()
            } catch {
                throw CommandFailure(
                    .unavailable, "cannot serve on \(configuration.host):\(configuration.port): \(error); is the port taken?")
            }
        } catch {
            let failure = CommandFailure(error)
            Terminal.complain(failure.text)
            throw ExitCode(failure.exit.rawValue)
        }
    }
}
