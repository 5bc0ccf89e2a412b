import ArgumentParser
import Logging
import OperatingSystem

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve the device API until SIGTERM (the default command).")

    @OptionGroup var common: CommonOptions

    mutating func run() async throws {
        do {
            let configuration = try HubConfiguration.load(path: common.config)
            let logger = configuration.makeLogger()
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

extension HubConfiguration {
    /// Writes to standard error.
    fileprivate func makeLogger() -> Logger {
        var logger =
            switch logFormat {
            case .text: Logger(label: "hub", factory: { PrintableLogHandler(StreamLogHandler.standardError(label: $0)) })
            case .json:
                Logger(
                    label: "hub",
                    factory: {
                        JSONLogHandler(label: $0, clock: { Clocks.now().system }, write: FileDescriptor.writeToStandardError)
                    })
            }
        logger.logLevel = logLevel
        return logger
    }
}
