import Foundation
import TestSupport
import Testing

@Suite("the Autobahn cases")
struct AutobahnTests {
    private struct Verdict: Decodable {
        var behavior: String
        var behaviorClose: String
    }

    /// All but those of compression (12 and 13), which is not offered; 9 are messages of up to 16 MB.
    @Test(
        "all of them, strictly", .timeLimit(.minutes(5)),
        .enabled("no runner: Tests/EchoServer/kosoku.sh install says why") { try await kosoku("install").status == 0 })
    func cases() async throws {
        let server = try EchoProgram()
        defer { server.stop() }
        let folder = TemporaryFolder()
        let result = try await kosoku("run", "127.0.0.1:\(server.port)", folder.path)
        #expect(result.status == 0, "\(result.output)")

        let report = try JSONDecoder().decode(
            [String: [String: Verdict]].self, from: try Data(contentsOf: folder.url.appending(path: "index.json")))
        let cases = try #require(report.values.first)
        #expect(Set(cases.keys.map { $0.prefix { $0 != "." } }) == ["1", "2", "3", "4", "5", "6", "7", "9", "10"])
        #expect(cases.count >= 301)
        for (name, verdict) in cases {
            #expect(["OK", "INFORMATIONAL"].contains(verdict.behavior), "case \(name)")
            #expect(["OK", "INFORMATIONAL"].contains(verdict.behaviorClose), "case \(name), the end")
        }
    }
}

private nonisolated func kosoku(_ arguments: String...) async throws -> (status: Int32, output: String) {
    try await RawClient.run {
        let output = Pipe()
        let process = Process()
        process.executableURL = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "EchoServer/kosoku.sh")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }
}
