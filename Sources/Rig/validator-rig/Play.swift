import ArgumentParser

/// Reads a scenario, plays it, and tells by the exit code whether every expectation held.
struct Play: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Play a scenario (the default command).",
        discussion: """
            Plays a scenario (its language: docs/rig.md) against programs that it starts or that run already, and prints \
            one line for each tap. Exit code 0: every expectation held; 1: one did not; 65: the scenario has mistakes; \
            66: it cannot be read; 71: the system refused something.
            """)

    @Argument(help: "The scenario file.")
    var scenario: String

    @Option(help: "The folder for device links, lights and logs; ${DIR} in the scenario.")
    var directory = "."

    @Option(help: "Also write each event as a line of JSON to this file.")
    var json: String?

    @Flag(help: "When the scenario is over, take further steps from standard input until Ctrl-C or SIGTERM.")
    var stay = false

    func run() async throws {
        throw ExitCode(await Session.run(scenario: scenario, directory: directory, json: json, staysUp: stay))
    }
}
