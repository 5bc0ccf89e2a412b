import Foundation
import JSON
import Logging
import Synchronization
import TestSupport
import Testing

@testable import HubDeviceAPI
@testable import HubDomain
@testable import validator_hub

@Suite("What watches the hub")
struct ProbeTests {
    @Test("is told that it is ready, and how it fares")
    func probes() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub async throws in
            #expect(try await hub.get("readyz") == (200, "ready\n"))
            let metrics = try await hub.get("metrics")
            #expect(metrics.status == 200)
            for name in ["validator_hub_database_bytes", "process_resident_memory_bytes", "process_cpu_seconds_total"] {
                #expect(metrics.text.contains("\n\(name) "), "\(name)")
            }
            if MetricTests.isPromtoolInstalled { #expect(try MetricTests.complaints(metrics.text) == "") }
        }
    }

    @Test("a hub that stops is not ready again")
    func readiness() {
        let readiness = Readiness()
        #expect(readiness.state == .starting)
        readiness.start()
        #expect(readiness.state == .ready)
        readiness.stop()
        readiness.start()
        #expect(readiness.state == .stopping)
    }

    @Test("reads the log as JSON, one line for an event")
    func jsonLog() throws {
        let sink = Sink()
        let logger = Logger(label: "hub") { label in
            JSONLogHandler(label: label, clock: { .init(seconds: 0) }, write: { sink.append($0) })
        }
        logger.warning("device said \"\u{1B}[2J\nmore\"", metadata: ["bytes": "7"])
        logger.debug("not told")
        #expect(sink.lines.count == 1)
        let line = try #require(sink.lines.first)
        #expect(line.hasSuffix("}\n") && line.dropLast().allSatisfy { !$0.isNewline })
        let value = try JSONValue(parsing: String(line))
        #expect(value["message"]?.string == "device said \"\u{1B}[2J\nmore\"")
        #expect(value["level"]?.string == "warning" && value["logger"]?.string == "hub")
        #expect(value["time"]?.string == "1970-01-01T00:00:00.000Z")
        #expect(value["fields"]?["bytes"]?.string == "7")
    }

    private final class Sink: Sendable {
        private let kept = Mutex<[String]>([])
        func append(_ line: String) { kept.withLock { $0.append(line) } }
        var lines: [String] { kept.withLock { $0 } }
    }
}
