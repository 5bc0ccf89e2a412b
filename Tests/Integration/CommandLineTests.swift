import Foundation
import Testing

@Suite("The programs' command lines", .timeLimit(.minutes(1)))
struct CommandLineTests {
    private func run(_ program: String, _ arguments: String...) async throws -> Programs.Result {
        let log = FileManager.default.temporaryDirectory.appending(path: "validator-\(UUID().uuidString).log")
        defer { try? FileManager.default.removeItem(at: log) }
        return try await Programs.run(program, arguments, log: log)
    }

    @Test("every mistake of a configuration is told with its line, and the exit code is 78")
    func configurationMistakes() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "validator-\(UUID().uuidString).toml")
        defer { try? FileManager.default.removeItem(at: file) }
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
        try Data(text.utf8).write(to: file)
        for arguments in [["--check-config", "--config", file.path], ["--config", file.path]] {
            let log = file.appendingPathExtension("log")
            defer { try? FileManager.default.removeItem(at: log) }
            let result = try await Programs.run("validatord", arguments, log: log)
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
        let file = FileManager.default.temporaryDirectory.appending(path: "validator-\(UUID().uuidString).scenario")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("reader r\nfly\ntap r 04A2B3C4 blue\n".utf8).write(to: file)
        let result = try await run("validator-rig", file.path)
        #expect(result.status == 65)
        #expect(result.output.contains("line 2") && result.output.contains("line 3"))
        #expect(try await run("validator-rig", file.path + ".missing").status == 66)
    }
}
