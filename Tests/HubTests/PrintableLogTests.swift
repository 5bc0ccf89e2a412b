import Base
import HubDomain
import JSON
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

    @Test(
        "nor does it in a listing, for people or for programs, and programs read the same",
        arguments: ["a\nb", "\u{1B}]52;c;eA\u{7}", "\u{9B}31m", "\u{202E}", "\u{2028}", "\u{E0041}"])
    func listings(text: String) throws {
        let record = TapRecord(
            deviceID: "VLD1", call: .ticketLog, requestID: text, subject: text, status: 1, checkMode: nil, reason: nil,
            time: WallTime(seconds: 0), position: nil, received: WallTime(seconds: 0), duplicates: 0)
        let line = Listing(isJSON: false).shown(record.json, record.line(zone: FixedZone(secondsEast: 0)))
        #expect(line == line.printable && line.contains("?"))
        let json = Listing(isJSON: true).shown(record.json, "")
        #expect(json == json.printable)
        #expect(try JSONValue(parsing: json)["subject"]?.string == text)
    }

    @Test("what a device has written is one column of a listing, whatever blanks are in it")
    func columns() {
        let forged = "V  status=0"
        let record = TapRecord(
            deviceID: forged, call: .ticketLog, requestID: forged, subject: forged, status: 1, checkMode: nil, reason: nil,
            time: WallTime(seconds: 0), position: nil, received: WallTime(seconds: 0), duplicates: 0)
        let zone = FixedZone(secondsEast: 0)
        #expect(record.line(zone: zone).ranges(of: "\"V  status=0\"").count == 3)
        var device = Device(id: forged, registered: WallTime(seconds: 0))
        device.versions.cards = forged
        #expect(device.line(policy: HubPolicy()).ranges(of: "\"V  status=0\"").count == 2)
    }
}
