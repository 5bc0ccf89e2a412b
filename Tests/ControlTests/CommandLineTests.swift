import Testing

@testable import validatord

@Suite("validatord's command line")
struct CommandLineTests {
    @Test(
        "what can be asked",
        arguments: [
            (["--config", "/c"], CommandLineRequest.run(configuration: "/c")), (["--config=/c"], .run(configuration: "/c")),
            (["--check-config", "--config", "/c"], .checkConfiguration("/c")),
            (["--config", "/c", "--check-config"], .checkConfiguration("/c")),
            (["--version"], .version), (["--help"], .help), (["-h"], .help),
        ])
    func requests(arguments: [String], request: CommandLineRequest) throws {
        #expect(try CommandLineRequest(arguments) == request)
    }

    @Test(
        "what cannot",
        arguments: [[], ["--check-config"], ["--config"], ["--config", ""], ["--daemon", "--config", "/c"], ["/c"]])
    func usage(arguments: [String]) {
        #expect(throws: CommandLineRequest.UsageError.self) { try CommandLineRequest(arguments) }
    }
}
