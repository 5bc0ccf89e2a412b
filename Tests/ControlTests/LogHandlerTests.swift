import Base
import Glibc
import Logging
import OperatingSystem
import TestSupport
import Testing

@testable import validatord

@Suite("the log")
struct LogHandlerTests {
    private let time = WallTime(milliseconds: 1_700_000_000_123)

    private func line(
        _ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata = [:], form: LogOutput.Form = .journal
    ) -> String {
        String(decoding: JournalLogHandler.line(level, message, metadata, form: form, time: time), as: UTF8.self)
    }

    @Test("journald gets the priority, a terminal the time")
    func forms() {
        #expect(line(.warning, "no fix") == "<4>no fix\n")
        #expect(line(.critical, "x") == "<2>x\n")
        #expect(line(.debug, "x") == "<7>x\n")
        #expect(line(.warning, "no fix", form: .terminal) == "2023-11-14T22:13:20.123Z warning no fix\n")
    }

    @Test("metadata follow in the order of their names")
    func metadata() {
        #expect(line(.info, "decision", ["reader": "r0", "card": "****5537"]) == "<6>decision card=****5537 reader=r0\n")
    }

    @Test("a scanned code forges no line and commands no terminal")
    func controlCharacters() {
        #expect(line(.info, "code a\n<0>b\u{1B}[2J\r票") == "<6>code a\\x0a<0>b\\x1b[2J\\x0d票\n")
        #expect(
            line(.info, "\u{9B}31m a\u{202E}b\u{2028}c\u{200F}\u{2066}\u{FEFF}")
                == "<6>\\xc2\\x9b31m a\\xe2\\x80\\xaeb\\xe2\\x80\\xa8c\\xe2\\x80\\x8f\\xe2\\x81\\xa6\\xef\\xbb\\xbf\n")
    }

    @Test("a line is at most 4096 bytes, and says that it was cut")
    func longLines() {
        let long = line(.info, String(repeating: "票", count: 5000))
        #expect(long.utf8.count <= 4096)
        #expect(long.hasSuffix("...\n"))
    }

    @Test("the level of all loggers changes while they run")
    func level() throws {
        let pipe = try Pipe()
        let output = LogOutput(descriptor: pipe.writing, form: .journal, level: .info)
        let logger = Logger(label: "test") { _ in JournalLogHandler(output: output) }
        logger.debug("hidden")
        output.level = .debug
        logger.debug("shown")
        output.level = .error
        logger.warning("hidden")
        #expect(pipe.content() == "<7>shown\n")
    }

    @Test("a reader that does not read loses lines, costs no time, and is told how many")
    func blocked() throws {
        let pipe = try Pipe()
        let output = LogOutput(descriptor: pipe.writing, form: .journal, level: .info)
        let logger = Logger(label: "test") { _ in JournalLogHandler(output: output) }
        let line = String(repeating: "x", count: 4000)
        for _ in 0..<40 { logger.info("\(line)") }
        let before = pipe.content()
        let lost = 40 - before.split(separator: "\n").count
        #expect(lost > 0)
        logger.info("again")
        #expect(pipe.content() == "<4>\(lost) log lines were lost: standard error did not take them\n<6>again\n")
    }
}

/// A pipe whose reading end does not block.
nonisolated private struct Pipe: ~Copyable {
    let reading: CInt
    let writing: CInt

    init() throws {
        var ends: [CInt] = [0, 0]
        guard unsafe pipe(&ends) == 0, fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 else { throw SystemError.last("make a pipe") }
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        close(reading)
        close(writing)
    }

    /// All that is in it.
    func content() -> String {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while case let count = unsafe read(reading, &chunk, chunk.count), count > 0 { content += chunk[..<count] }
        return String(decoding: content, as: UTF8.self)
    }
}
