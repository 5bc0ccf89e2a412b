import Base
import JSON
import OperatingSystem

/// What a run has to say: a readable line for each event on standard output, and the same as JSON lines in a file.
@MainActor
final class Report {
    /// One expectation and what became of it.
    struct Outcome: Sendable {
        var source: String
        var subject: String
        var expectation: Expectation
        var seen: Expectation.Light
        /// From the moment at which the daemon could know the subject to the light.
        var latency: Duration?

        var holds: Bool {
            switch expectation.light {
            case .any: seen != .none
            default: seen == expectation.light
            }
        }
    }

    private(set) var expectationCount = 0
    private(set) var failureCount = 0
    private let start = Clocks.now().instant
    private let output: TextFile
    private let jsonFile: TextFile?

    init(jsonPath: String?) throws(SystemError) {
        output = try .standardOutput()
        jsonFile = if let jsonPath { try .create(jsonPath) } else { nil }
    }

    func outcome(_ outcome: Outcome) {
        expectationCount += 1
        if !outcome.holds { failureCount += 1 }
        let expectation = outcome.expectation
        line([
            (outcome.source, 9), (expectation.label, 38), (shortened(outcome.subject), 16),
            ("expect \(expectation.light)", 12), ("saw \(outcome.seen)", 9),
            (outcome.latency.map { "\(milliseconds($0)) ms" } ?? "", -9), (outcome.holds ? "" : " WRONG", 0),
        ])
        json("outcome") { json in
            json.field("source", outcome.source)
            json.field("subject", outcome.subject)
            json.field("label", expectation.label)
            json.field("expected", expectation.light.rawValue)
            json.field("seen", outcome.seen.rawValue)
            if let latency = outcome.latency { json.field("latency_us", latency.wholeMicroseconds) }
            json.field("ok", outcome.holds)
        }
    }

    /// A light that no tap had asked for.
    func stray(_ flash: LightBoard.Flash) {
        failureCount += 1
        line([("", 9), ("a \(flash.light) light that nobody asked for", 0), (" WRONG", 0)])
        json("stray") { $0.field("seen", flash.light.rawValue) }
    }

    func note(_ text: String) {
        line([("", 9), (text, 0)])
        json("note") { $0.field("text", text) }
    }

    /// A line that a program wrote, as it may stand on a terminal.
    func quote(_ text: Substring) {
        output.write(Array("\(text.printableLines)\n".utf8))
    }

    func failure(line number: Int, _ text: String) {
        failureCount += 1
        line([("", 9), ("line \(number): \(text)", 0)])
        json("failure") {
            $0.field("line", Int64(number))
            $0.field("text", text)
        }
    }

    func summary() {
        let verdict = failureCount == 0 ? "all as expected" : "\(failureCount) WRONG"
        line([("", 9), ("\(expectationCount) expectations, \(verdict)", 0)])
        json("summary") {
            $0.field("expectations", Int64(expectationCount))
            $0.field("failures", Int64(failureCount))
        }
    }

    /// Each part padded to its width; a negative width aligns to the right.
    private func line(_ parts: [(text: String, width: Int)]) {
        let time = padded("\(milliseconds(Clocks.now().instant - start, unit: 1000))", -9)
        let text = parts.map { padded($0.text.printable, $0.width) }.joined(separator: " ")
        output.write(Array("\(time) s  \(text)\n".utf8))
    }

    private func json(_ event: String, _ fields: (inout JSONWriter) -> Void) {
        guard jsonFile != nil else { return }
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("event", event)
        writer.field("at_us", (Clocks.now().instant - start).wholeMicroseconds)
        fields(&writer)
        writer.endObject()
        jsonFile?.write(Array("\(String(decoding: writer.take(), as: UTF8.self).printableJSON)\n".utf8))
    }

    private func shortened(_ text: String) -> String {
        text.count <= 16 ? text : "\(text.prefix(7))...\(text.suffix(6))"
    }

    private func padded(_ text: String, _ width: Int) -> String {
        let blanks = String(repeating: " ", count: max(abs(width) - text.count, 0))
        return width < 0 ? blanks + text : text + blanks
    }

    /// In milliseconds with one decimal, or in seconds with three (`unit` 1000).
    private func milliseconds(_ duration: Duration, unit: Int64 = 1) -> String {
        let microseconds = duration.wholeMicroseconds
        guard unit == 1000 else { return "\(microseconds / 1000).\(microseconds / 100 % 10)" }
        let thousandths = String(microseconds / 1000 % 1000)
        return "\(microseconds / 1_000_000).\(String(repeating: "0", count: 3 - thousandths.count))\(thousandths)"
    }
}

extension JSONWriter {
    fileprivate mutating func field(_ name: String, _ value: String) {
        key(name)
        string(value)
    }

    fileprivate mutating func field(_ name: String, _ value: Int64) {
        key(name)
        number(value)
    }

    fileprivate mutating func field(_ name: String, _ value: Bool) {
        key(name)
        bool(value)
    }
}
