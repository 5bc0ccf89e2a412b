import Base
import JSON
import OperatingSystem
import TestSupport
import Testing

@testable import validator_rig

@Suite("What a run has to say")
struct ReportTests {
    @MainActor
    @Test("a code commands no terminal in the report for programs either, and they read what it was")
    func foreign() throws {
        let folder = TemporaryFolder()
        let path = "\(folder.path)/report.jsonl"
        let code = "\u{1B}]52;c;eA\u{7}\u{9B}31m\u{202E}x"
        try Report(jsonPath: path).note(code)
        let text = String(decoding: try SmallFile.read(path, limit: 4096), as: UTF8.self)
        let line = text.split(separator: "\n").first ?? ""
        #expect(line == line.printable[...] && text.split(separator: "\n").count == 1)
        #expect(try JSONValue(parsing: String(line))["text"]?.string == code)
    }
}
