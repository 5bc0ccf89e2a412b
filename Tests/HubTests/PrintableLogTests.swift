import Base
import Logging
import Synchronization
import Testing

@testable import validator_hub

@Suite("the hub's log")
struct PrintableLogTests {
    /// Remembers what it is told.
    private final class Memory: Sendable {
        let lines = Mutex<[String]>([])
    }

    private struct Recorder: LogHandler {
        let memory: Memory
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let metadata = (event.metadata ?? [:]).map { "\($0)=\($1)" }.joined()
            memory.lines.withLock { $0.append("\(event.message)\(metadata)") }
        }
    }

    @Test(
        "whatever a device has written forges no line and commands no terminal",
        arguments: ["a\nb", "\u{1B}[2J", "\u{9B}31m", "\u{202E}", "\u{2028}", "\u{E0041}"])
    func foreign(text: String) {
        let memory = Memory()
        let logger = Logger(label: "test") { _ in PrintableLogHandler(Recorder(memory: memory)) }
        logger.info("device said \(text)", metadata: ["also": "\(text)"])
        let lines = memory.lines.withLock(\.self)
        #expect(lines.count == 1)
        #expect(lines.allSatisfy { $0 == $0.printable && $0.contains("?") })
    }
}
