import Base
import Cryptography
import Foundation
import JSON
import TestSupport
import Testing

@testable import validatorctl

/// The real console on a real terminal, in front of the real daemon.
@Suite("The serial console", .timeLimit(.minutes(10)))
struct ConsoleTests {
    private let nobody = "http://127.0.0.1:1/api"

    /// A running box, and a console that shows `first`.
    private func run(
        _ arguments: [String] = [], first: String = "Live taps", columns: Int = 80, rows: Int = 24,
        _ body: (LiveBox, ConsoleTerminal) async throws -> Void
    ) async throws {
        try await LiveBox.run(baseURL: nobody) { box in
            try await box.start()
            try await box.until("the reader is ready") { ($0["readers"]?.array?[0]["state"]?.string) == "ready" }
            let console = try ConsoleTerminal(box, arguments, columns: columns, rows: rows)
            try await console.untilShown(first)
            try await body(box, console)
        }
    }

    @Test("every page is there, in both languages", arguments: Language.allCases)
    func pages(language: Language) async throws {
        let first = ConsoleText.taps(language)
        try await run(["--language", language.rawValue], first: first) { _, console in
            for (key, screen) in ConsolePages.menu {
                console.type(String(key))
                try await console.untilShown("TEST01  \(ConsolePages.title(of: screen)(language))\n")
                console.type("q")
                try await console.untilShown(first)
            }
            console.type("l")
            try await console.untilShown(ConsoleText.taps(language == .en ? .zh : .en))
            console.type("q")
            try await console.untilEnded()
            #expect(console.exitCode == 0)
        }
    }

    @Test("a tap is seen as it happens, and in the log; a setting is changed")
    func work() async throws {
        try await run { box, console in
            console.type("1")
            try await console.untilShown("no tap since the start")
            try await box.play("tap reader0 04A2B3C4 red")
            try await console.untilShown("04A2B3C4  ")
            console.type("q0")
            try await console.untilShown("decision reader=reader0 card=04A2B3C4")
            console.type("q93")
            try await console.untilShown("new value: ")
            console.type("999\r")
            try await console.untilShown("failed: indicators.volume_percent")
            console.type("255\u{7F}\r")
            try await console.untilShown("done")
            console.type("qrry")
            try await console.untilShown("failed: no service manager")
        }
    }

    @Test("modem and ignition have a page, and so has the collection of records")
    func vehicleAndCollection() async throws {
        try await run { box, console in
            console.type("v")
            try await console.untilShown("SIM (ICCID)")
            try await box.play("tap reader0 04A2B3C4 red")
            console.type("q4c")
            try await console.untilShown("USB stick")
            console.type("q")
            try await console.untilShown("records waiting")
        }
    }

    @Test("the self-test tells what is well and what is not, and asks whether the lights shone")
    func selfTest() async throws {
        try await run { box, console in
            console.type("8t")
            try await console.untilShown("FAIL  platform  does not answer")
            try await console.untilShown("PASS  reader reader0  ready")
            try await console.untilShown("light green  Did it shine? y/n: ")
            console.type("y")
            try await console.untilShown("light red  Did it shine? y/n: ")
            console.type("n")
            try await console.untilShown("FAIL  light red  was not seen")
        }
    }

    @Test("noise on the line ends nothing and changes nothing, and keys are understood after it", arguments: [TestSeed.ofThisRun])
    func noise(seed: UInt64) async throws {
        try await run { _, console in
            var generator = SeededGenerator(seed: seed)
            // No letters, which are keys, and neither Ctrl-C nor Ctrl-D.
            let noise = Array(UInt8.min..<0x20) + Array(0x80...UInt8.max)
            let harmless = noise.filter { ![3, 4, 8, 0x1B].contains($0) }
            let bytes = (0..<20_000).compactMap { _ in harmless.randomElement(using: &generator) }
            for start in stride(from: 0, to: bytes.count, by: 512) {
                console.type(Array(bytes[start..<min(start + 512, bytes.count)]))
                console.receive()
                try await Task.sleep(for: .milliseconds(5))
            }
            console.type([0x1B, 0x5B] + Array(repeating: UInt8(ascii: "1"), count: 10))
            // How long the console is at the noise is the machine's affair. A key that comes while the sequence may still go on
            // belongs to it; a person presses again.
            try await eventually("the page behind the key") {
                console.type("2")
                try await Task.sleep(for: .milliseconds(300))
                return console.screen.contains("latitude")
            }
            #expect(console.isRunning)
        }
    }

    @Test("the page follows the terminal's size, and a serial line's is asked for")
    func resize() async throws {
        try await run { _, console in
            #expect(console.rowCount == 24)
            console.resize(columns: 50, rows: 12)
            try await eventually("a page of twelve lines") { console.rowCount == 12 }
            #expect(console.screen.split(separator: "\n").allSatisfy { $0.count < 50 })
        }
        try await run(columns: 0, rows: 0) { _, console in
            try await eventually("the question for the size") {
                console.receive(); return console.transcript.contains("\u{1B}[6n")
            }
            console.type("\u{1B}[10;40R")
            try await eventually("a page of ten lines") { console.rowCount == 10 }
        }
    }

    @Test("a line that goes down ends the console")
    func hangUp() async throws {
        try await run { _, console in
            console.hangUp()
            try await console.untilEnded()
        }
    }

    @Test("the line is left as it was found", arguments: ["q", "\u{3}"])
    func restored(key: String) async throws {
        try await run { _, console in
            #expect(try console.settings.contains("-icanon"))
            console.type(key)
            try await console.untilEnded()
            #expect(try !console.settings.contains("-icanon") && !console.settings.contains("-echo "))
        }
    }

    @Test("a page that changes every second sends a kilobyte a second at most")
    func rate() async throws {
        try await run { _, console in
            console.type("7")
            try await console.untilShown("running since")
            // The page itself is more.
            try await console.untilQuiet()
            let (before, start) = (console.byteCount, ContinuousClock.now)
            var changes = 0
            try await eventually("three changes") {
                let count = console.byteCount
                console.receive()
                if console.byteCount > count { changes += 1 }
                return changes == 3
            }
            let seconds = Int((ContinuousClock.now - start) / .seconds(1)) + 1
            #expect(console.byteCount - before < seconds * 1024)
        }
    }

    @Test("the PIN stands before what changes the box; a wrong one costs time and is in the log, over restarts too")
    func pin() async throws {
        try await LiveBox.run(baseURL: nobody) { box in
            try await box.start()
            try await box.until("it answers") { _ in true }
            let file = box.folder.appending(path: "console.pin").path
            try Data(StoredPIN("4711", salt: Array(repeating: 1, count: 16), iterations: 10).text.utf8).write(
                to: URL(fileURLWithPath: file))
            let failures = box.folder.appending(path: "pin-failures").path
            let first = try ConsoleTerminal(box, ["--pin-file", file, "--pin-failures", failures])
            try await first.untilShown("Live taps")
            first.type("rr1111\r")
            try await first.untilShown("wrong PIN")
            first.type("\u{1B}")
            try await first.untilQuiet()
            first.type("qq")
            try await first.untilEnded()
            #expect(try String(contentsOfFile: failures, encoding: .utf8) == "000001\n")

            let console = try ConsoleTerminal(box, ["--pin-file", file, "--pin-failures", failures])
            try await console.untilShown("Live taps")
            console.type("rr")
            try await console.untilShown("PIN: ")
            // What is entered before the wait is over counts for nothing, not as wrong either.
            try await eventually("the PIN opens") {
                console.type("4711\r")
                try await console.untilQuiet()
                return console.transcript.contains("y/n")
            }
            #expect(!console.transcript.contains("4711"))
            console.type("nq0")
            try await console.untilShown("audit pin_wrong detail=\"failures=1\" by uid=")
            try await console.untilShown("audit pin_accepted detail=\"failures=1\" by uid=")

            try Data("nonsense".utf8).write(to: URL(fileURLWithPath: file))
            let locked = try ConsoleTerminal(box, ["--pin-file", file])
            try await locked.untilEnded()
            #expect(locked.exitCode == 66)
        }
    }

    @Test(
        "a PIN is set from standard input too, as a whole or not at all; a file that is there keeps its mode, a link is replaced")
    func setPIN() async throws {
        let folder = TemporaryFolder()
        let (file, log) = ("\(folder.path)/console.pin", URL(fileURLWithPath: "\(folder.path)/log"))
        func set(_ pin: String) async throws -> Int32 {
            let input = URL(fileURLWithPath: try folder.write("input", "\(pin)\nmore\n"))
            return try await Programs.run(
                "validatorctl", ["--socket", "\(folder.path)/none", "console", "--set-pin", "--pin-file", file], input: input,
                log: log
            ).status
        }
        func stored() throws -> StoredPIN? { StoredPIN(file: try String(contentsOfFile: file, encoding: .utf8)) }
        func mode() throws -> Int? { try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int }

        #expect(try await set("2468") == 0)
        #expect(try stored()?.matches("2468") == true && mode() == 0o640)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        #expect(try await set("1") == 64)
        #expect(try stored()?.matches("2468") == true)
        #expect(try await set("13579") == 0)
        #expect(try stored()?.matches("13579") == true && mode() == 0o600)

        let precious = try folder.write("precious", "precious")
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: precious)
        #expect(try await set("2468") == 0)
        #expect(try String(contentsOfFile: precious, encoding: .utf8) == "precious" && stored()?.matches("2468") == true)
        #expect(try !FileManager.default.contentsOfDirectory(atPath: folder.path).contains("console.pin.new"))
    }

    @Test("a terminal that only knows lines works the same pages")
    func lines() async throws {
        try await run(["--plain"]) { _, console in
            for (line, answer) in [
                ("2", "latitude"), ("q", "Menu"), ("9", "gps.report_interval_s"), ("1", "new value"), ("7", "done"),
            ] {
                console.type("\(line)\n")
                try await console.untilShown(answer)
            }
            #expect(!console.transcript.contains("\u{1B}"))
            console.type("q\nq\n")
            try await console.untilEnded()
        }
    }
}

@Suite("The commands for a technician far away", .timeLimit(.minutes(10)))
struct TechnicianCommandTests {
    private func run(_ box: LiveBox, _ arguments: String...) async throws -> Programs.Result {
        try await Programs.run(
            "validatorctl", ["--socket", box.folder.appending(path: "control.sock").path] + arguments,
            log: box.folder.appending(path: "validatorctl.log"))
    }

    @Test("a code that says how it was decided is quoted in the log, and the log says how it was")
    func forgedField() async throws {
        try await LiveBox.run(baseURL: "http://127.0.0.1:1/api") { box in
            try await box.start()
            try await box.until("it answers") { _ in true }
            try await box.play(#"scan scanner0 "x outcome=accepted reason=ok" red"#)
            let log = try await run(box, "log").output
            #expect(log.contains(#"card="x outcome=accepted reason=ok" outcome=refused "#), "\(log)")
        }
    }

    @Test("log, selftest and report tell what they should, and no secret; restart needs a service manager")
    func commands() async throws {
        var options = LiveBox.Options()
        options.platform = "# hunter2\n"
        try await LiveBox.run(baseURL: "http://user:hunter3@127.0.0.1:1/api", options) { box in
            try await box.start()
            try await box.until("it answers") { _ in true }
            try await box.play("tap reader0 04A2B3C4 red")
            #expect(try await run(box, "log").output.contains("decision reader=reader0 card=04A2B3C4"))
            #expect(try await run(box, "log", "--lines", "1").output.split(separator: "\n").count == 1)

            let test = try await run(box, "selftest", "--json")
            #expect(test.status == 1)
            let result = try JSONValue(parsing: String(test.output.split(separator: "\n").first { $0.hasPrefix("{") } ?? ""))
            let checks = result["checks"]?.array ?? []
            #expect(checks.contains { $0["finding"] == "platform_offline" && $0["next_step"]?.string != nil })
            #expect(checks.contains { $0["finding"] == "light_shown" && $0["check_by"] == "eye" })
            #expect(checks.contains { $0["part"] == "disk" && $0["verdict"] != "fail" })

            let written = try await run(box, "report", box.folder.path)
            #expect(written.status == 0, "\(written.output)")
            let name = try FileManager.default.contentsOfDirectory(atPath: box.folder.path).first {
                $0.hasPrefix("validator-report-TEST01")
            }
            let report = try String(contentsOf: box.folder.appending(path: try #require(name)), encoding: .utf8)
            for secret in ["hunter2", "hunter3", "04A2B3C4"] { #expect(!report.contains(secret)) }
            for fact in ["****B3C4", "base_url = \"http://****@127.0.0.1:1/api\"", "== self-test", "== log"] {
                #expect(report.contains(fact), "\(fact)")
            }

            let restart = try await run(box, "restart")
            #expect(restart.status == 1 && restart.output.contains("no service manager"))
        }
    }

    @Test("under a service manager a restart ends the daemon in good order")
    func restart() async throws {
        try await LiveBox.run(baseURL: "http://127.0.0.1:1/api") { box in
            try await box.play("keep validatord env NOTIFY_SOCKET=/nowhere ${BIN}/validatord --config ${DIR}/validatord.toml")
            try await box.until("it answers") { _ in true }
            #expect(try await run(box, "restart").status == 0)
            try await eventually("a second start") { box.log.components(separatedBy: "validatord 0").count > 2 }
            #expect(box.log.contains("validatord stops"))
            try await box.until("it answers again") { _ in true }
        }
    }
}
