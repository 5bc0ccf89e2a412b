import Base
import JSON

/// What a run of a fleet has to say: rates, latencies, errors.
struct FleetReport: Sendable {
    struct Kind: Sendable {
        var sent = 0
        /// Sent before, under the same `req_id`.
        var retries = 0
        var refused: [Int: Int] = [:]
        /// Exchanges without an answer, by reason.
        var failures: [String: Int] = [:]
        /// Of what was answered, from when it was due.
        var latency = LatencyHistogram()
    }

    var kinds: [FleetCall: Kind] = [:]
    var boxes = 0
    var connections = 0
    /// While new exchanges began, and what it took until the last was answered.
    var length = Duration.zero
    var drain = Duration.zero
    var listBytes = 0
    /// How much later than planned exchanges were begun: a generator that cannot keep up measures itself.
    var lateness = LatencyHistogram()
    var outages = LatencyHistogram()
    var unservedBoxes = 0
    var secondsWithoutService = 0
    var longestSilence = Duration.zero
    /// Records that got no answer up to the end.
    var openRecords = 0
    /// The generator's own, of user and system.
    var processorTime = Duration.zero

    private var present: [(call: FleetCall, kind: Kind)] {
        FleetCall.allCases.compactMap { call in kinds[call].map { (call, $0) } }
    }

    private var exchanges: Int { kinds.values.reduce(0) { $0 + $1.sent } }

    /// For people.
    var lines: [String] {
        let processor = Self.seconds(processorTime)
        var lines = [
            "\(boxes) boxes, \(connections) connections, \(Self.fixed(Self.seconds(length))) s and \(Self.fixed(Self.seconds(drain))) s to drain",
            Self.row("", ["a second", "answered", "p50 ms", "p99 ms", "max ms", "again", "no answer", "refused"]),
        ]
        for (call, kind) in present {
            let refused = kind.refused.values.reduce(0, +)
            lines.append(
                Self.row(
                    call.rawValue,
                    [
                        Self.fixed(rate(kind)), String(kind.latency.count), milliseconds(kind.latency, 0.5),
                        milliseconds(kind.latency, 0.99), milliseconds(kind.latency, 1), String(kind.retries),
                        String(kind.failures.values.reduce(0, +)), String(refused),
                    ]))
        }
        for (call, kind) in present {
            lines += kind.failures.sorted { $0.key < $1.key }.map { "\(call): \($0.value) without an answer: \($0.key)" }
            lines += kind.refused.sorted { $0.key < $1.key }.map { "\(call): \($0.value) answered with ret_code \($0.key)" }
        }
        if listBytes > 0 { lines.append("lists: \(listBytes) bytes") }
        lines += [
            "times that a box got no answer: \(outages.count), served again after p50 \(milliseconds(outages, 0.5)) ms, "
                + "p99 \(milliseconds(outages, 0.99)) ms, max \(milliseconds(outages, 1)) ms; \(unservedBoxes) boxes are waiting still",
            "seconds in which nobody was served: \(secondsWithoutService); longest silence \(Self.fixed(Self.seconds(longestSilence))) s",
            "records without an answer: \(openRecords)",
            "begun later than planned: p99 \(milliseconds(lateness, 0.99)) ms, max \(milliseconds(lateness, 1)) ms",
            "the generator's processor time: \(Self.fixed(processor)) s, "
                + "\(Self.fixed(processor * 1e6 / Double(max(exchanges, 1)))) us an exchange",
        ]
        return lines
    }

    /// The same for programs.
    var json: JSONValue {
        var calls = JSONObject()
        for (call, kind) in present {
            calls[call.rawValue] = [
                "sent": .int(kind.sent), "answered": .int(kind.latency.count), "per_second": .double(rate(kind)),
                "p50_us": microseconds(kind.latency, 0.5), "p99_us": microseconds(kind.latency, 0.99),
                "max_us": .int(kind.latency.maximumMicroseconds), "retries": .int(kind.retries),
                "failures": .object(
                    JSONObject(kind.failures.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .int($0.value)) })),
                "refused": .object(
                    JSONObject(kind.refused.sorted { $0.key < $1.key }.map { .init(key: String($0.key), value: .int($0.value)) })),
            ]
        }
        return [
            "boxes": .int(boxes), "connections": .int(connections), "seconds": .double(Self.seconds(length)),
            "drain_seconds": .double(Self.seconds(drain)), "calls": .object(calls), "list_bytes": .int(listBytes),
            "outages": .int(outages.count), "outage_p50_us": microseconds(outages, 0.5),
            "outage_p99_us": microseconds(outages, 0.99), "outage_max_us": .int(outages.maximumMicroseconds),
            "unserved_boxes": .int(unservedBoxes), "seconds_without_service": .int(secondsWithoutService),
            "longest_silence_us": .int(longestSilence.wholeMicroseconds), "open_records": .int(openRecords),
            "late_p99_us": microseconds(lateness, 0.99), "late_max_us": .int(lateness.maximumMicroseconds),
            "processor_us": .int(processorTime.wholeMicroseconds),
        ]
    }

    /// Answered while new ones began.
    private func rate(_ kind: Kind) -> Double { Double(kind.latency.count) / max(Self.seconds(length), 0.001) }

    private func microseconds(_ histogram: LatencyHistogram, _ quantile: Double) -> JSONValue {
        histogram.microseconds(quantile: quantile).map { .int($0) } ?? .null
    }

    private func milliseconds(_ histogram: LatencyHistogram, _ quantile: Double) -> String {
        histogram.microseconds(quantile: quantile).map { Self.fixed(Double($0) / 1000) } ?? "-"
    }

    private static func row(_ name: String, _ cells: [String]) -> String {
        name + String(repeating: " ", count: max(10 - name.count, 0))
            + cells.map { String(repeating: " ", count: max(11 - $0.count, 1)) + $0 }.joined()
    }

    private static func seconds(_ duration: Duration) -> Double { Double(duration.wholeMicroseconds) / 1e6 }

    /// With one decimal.
    private static func fixed(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
