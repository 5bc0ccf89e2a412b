import Foundation
import TestSupport
import Testing

@Suite("The programs' command lines", .timeLimit(.minutes(10)))
struct CommandLineTests {
    private func run(_ program: String, _ arguments: String...) async throws -> Programs.Result {
        let folder = TemporaryFolder()
        return try await Programs.run(program, arguments, log: folder.url.appending(path: "log"))
    }

    @Test("every mistake of a configuration is told with its line, and the exit code is 78")
    func configurationMistakes() async throws {
        let folder = TemporaryFolder()
        let text = """
            [device]
            id = 7
            [platform]
            base_url = "http://127.0.0.1:1/api"
            timeout_ms = "soon"
            tiem_zone = "Asia/Shanghai"
            [gps]
            report_interval_s = 0
            """
        let file = try folder.write("validatord.toml", text)
        for arguments in [["--check-config", "--config", file], ["--config", file]] {
            let result = try await Programs.run("validatord", arguments, log: folder.url.appending(path: "log"))
            #expect(result.status == 78)
            for place in [":2:", ":5:", ":6:", ":8:"] { #expect(result.output.contains(place)) }
            #expect(result.output.contains("time_zone"))
        }
    }

    @Test("a configuration that does not exist is exit code 66", arguments: ["validatord", "validator-hub"])
    func missingConfiguration(program: String) async throws {
        #expect(try await run(program, "--config", "/nonexistent/file.toml").status == 66)
    }

    @Test("wrong usage is exit code 64", arguments: ["validatord", "validatorctl", "validator-hub", "validator-rig"])
    func usage(program: String) async throws {
        #expect(try await run(program, "--no-such-option").status == 64)
    }

    @Test(
        "every program tells its version and its usage",
        arguments: ["validatord", "validatorctl", "validator-hub", "validator-rig"])
    func versionAndHelp(program: String) async throws {
        #expect(try await run(program, "--version").status == 0)
        let help = try await run(program, "--help")
        #expect(help.status == 0)
        #expect(help.output.contains(program))
    }

    @Test("a scenario's mistakes are told with their lines, and the exit code is 65")
    func scenarioMistakes() async throws {
        let folder = TemporaryFolder()
        let file = try folder.write("scenario", "reader r\nfly\ntap r 04A2B3C4 blue\n")
        let result = try await run("validator-rig", file)
        #expect(result.status == 65)
        #expect(result.output.contains("line 2") && result.output.contains("line 3"))
        #expect(try await run("validator-rig", file + ".missing").status == 66)
    }
}
