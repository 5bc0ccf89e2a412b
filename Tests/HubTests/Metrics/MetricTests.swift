import Base
import Foundation
import HubMetrics
import OperatingSystem
import Synchronization
import TestSupport
import Testing

@Suite("Metrics")
struct MetricTests {
    static let isPromtoolInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool")

    /// What Prometheus' own tool has to say against a text.
    static func complaints(_ text: String) throws -> String {
        let folder = TemporaryFolder()
        let file = try folder.write("metrics", text)
        let run = try ProgramRun(
            ["/bin/sh", "-c", "exec promtool check metrics <\"$1\"", "sh", file], timeLimit: .seconds(60), outputLimit: 65536)
        return (run.ending == .exited(code: 0) ? "" : "\(run.ending) ") + String(decoding: run.output, as: UTF8.self)
    }

    @Test("are told with their kinds, labels and helps")
    func text() {
        let registry = MetricRegistry()
        let calls = registry.counter("calls_total", "Calls\nand \\ more.", labels: ["call", "code"])
        calls.add(1, "tap", "0")
        calls.add(2, "tap", "0")
        calls.add(1, "a\"\\\n", "1")
        let waits = registry.histogram("wait_seconds", "Waits.", bounds: [0.5, 1])
        for value in [0.25, 0.5, 0.75, 9] { waits.observe(value) }
        registry.reading("size_bytes", "Size.") { 1.5 }
        registry.reading("unknown", "Not known.") { nil }
        #expect(
            registry.text == #"""
                # HELP calls_total Calls\nand \\ more.
                # TYPE calls_total counter
                calls_total{call="a\"\\\n",code="1"} 1
                calls_total{call="tap",code="0"} 3
                # HELP size_bytes Size.
                # TYPE size_bytes gauge
                size_bytes 1.5
                # HELP wait_seconds Waits.
                # TYPE wait_seconds histogram
                wait_seconds_bucket{le="0.5"} 2
                wait_seconds_bucket{le="1"} 3
                wait_seconds_bucket{le="+Inf"} 4
                wait_seconds_sum 10.5
                wait_seconds_count 4

                """#)
    }

    @Test("have a bounded number of series, however many labels come")
    func bounded() {
        let registry = MetricRegistry()
        let calls = registry.counter("calls_total", "Calls.", labels: ["call"])
        for number in 0..<2000 { calls.add(1, String(number)) }
        let lines = registry.text.split(separator: "\n")
        #expect(lines.count < 600)
        #expect(lines.contains("calls_total{call=\"other\"} 1500"))
    }

    @Test("of the hub please promtool", .enabled(if: isPromtoolInstalled))
    func promtool() throws {
        let metrics = HubMetrics(version: "1.0 \"x\"", now: { Instant(nanoseconds: 0) })
        metrics.requests.add(1, "location_report", "0")
        metrics.requestDuration.observe(.milliseconds(3), "location_report")
        metrics.listDownloads.add(1, "cards", "gzip")
        metrics.setAside.add(1, "unknown_device")
        metrics.setAsideWaiting.set(3)
        #expect(try Self.complaints(metrics.registry.text) == "")
        #expect(try Self.complaints("x 1\ny\n") != "")
    }

    @Test("count the devices of the last minute, each once")
    func devices() {
        let recent = RecentDevices()
        func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }
        recent.saw("A", at: at(100))
        recent.saw("B", at: at(101))
        recent.saw("A", at: at(130))
        #expect(recent.count(at: at(131)) == 2)
        #expect(recent.count(at: at(165)) == 1)
        #expect(recent.count(at: at(250)) == 0)
    }
}
