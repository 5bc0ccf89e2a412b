import CLinux
import Foundation
import JSON
import TestSupport
import Testing

/// A box whose link a test holds in its hand: the real daemon on the rig's stand-ins, taking steps while the test goes on.
final class LiveBox {
    static let goodCard = "04A2B3C4"
    static let otherGoodCard = "04A2B3C5"
    static let blockedCard = "04B10C00"
    static let unknownCard = "04FFFFFF"
    /// A step between two taps of one card: the reader needs 300 ms to find it gone, and else takes both for one.
    static let pause = "wait 1s"

    /// What the rig tells of its steps (docs/rig.md).
    struct Event: Decodable {
        var event: String
        var subject: String?
        var seen: String?
        var ok: Bool?
        var text: String?
    }

    /// The kernel's share of inotify instances (128 a user) is not enough for all tests at once.
    private static let turnstile = Turnstile(places: 8)

    private let home: TemporaryFolder
    private let rig = Process()
    private let steps = Pipe()
    private var played = 0
    private var eventsTaken = 0

    /// Hands a box to `body`, and ends it. It is not started: files may be put into its folder before.
    static func run(
        _ platform: borrowing ScriptedPlatform, in folder: TemporaryFolder = TemporaryFolder(), _ options: Options = Options(),
        _ body: (LiveBox) async throws -> Void
    ) async throws {
        try await run(baseURL: platform.baseURL, in: folder, options, body)
    }

    static func run(
        baseURL: String, in folder: TemporaryFolder = TemporaryFolder(), _ options: Options = Options(),
        _ body: (LiveBox) async throws -> Void
    ) async throws {
        await turnstile.enter()
        do {
            try await runAdmitted(baseURL: baseURL, in: folder, options, body)
        } catch {
            await turnstile.leave()
            throw error
        }
        await turnstile.leave()
    }

    private static func runAdmitted(
        baseURL: String, in folder: TemporaryFolder, _ options: Options, _ body: (LiveBox) async throws -> Void
    ) async throws {
        try folder.write("validatord.toml", options.configuration(folder: folder.path, baseURL: baseURL))
        let box = try LiveBox(folder, scanner: options.scannerProtocol)
        do {
            try await body(box)
        } catch {
            let told = error is ExpectationFailedError ? "" : "\(error)\n"
            Issue.record("\(told)validatord.log:\n\(box.log.suffix(4000))")
        }
        try await box.end()
    }

    private init(_ folder: TemporaryFolder, scanner: String) throws {
        home = folder
        let scenario = try folder.write("scenario", "reader reader0\nscanner scanner0 \(scanner)\n")
        let log = try FileHandle(forWritingTo: URL(filePath: try folder.write("rig.log", "")))
        rig.executableURL = URL(fileURLWithPath: "\(Programs.folder)/validator-rig")
        rig.arguments = ["--directory", folder.path, "--json", folder.path("events"), "--stay", scenario]
        rig.environment = ProcessInfo.processInfo.environment.merging(["BIN": Programs.folder]) { $1 }
        rig.standardInput = steps
        rig.standardOutput = log
        rig.standardError = log
        try rig.run()
    }

    var folder: URL { home.url }

    // MARK: Steps

    /// Plays steps of the rig's language, and expects them to hold. What the rig told of them.
    @discardableResult
    func play(_ lines: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> [Event] {
        played += 1
        let mark = "played \(played)"
        try steps.fileHandleForWriting.write(contentsOf: Data("\(patient(lines))\nlog \"\(mark)\"\n".utf8))
        let all = try await eventually("the steps\n\(lines)", within: .seconds(180), sourceLocation: sourceLocation) {
            try #require(self.rig.isRunning, "\(text("rig.log").suffix(2000))", sourceLocation: sourceLocation)
            let events = self.events
            return events.contains { $0.text == mark } ? events : nil
        }
        let new = Array(all.dropFirst(eventsTaken))
        eventsTaken = all.count
        let wrong = new.filter { $0.event == "failure" || $0.event == "stray" || $0.ok == false }
        let isUnderstood = !text("rig.log").contains("validator-rig:")
        try #require(wrong.isEmpty && isUnderstood, "\(wrong)\n\(text("rig.log").suffix(2000))", sourceLocation: sourceLocation)
        return new
    }

    func start() async throws {
        try await play("start validatord ${BIN}/validatord --config ${DIR}/validatord.toml")
    }

    /// SIGKILL, and a new start.
    func restart() async throws {
        try await play("kill validatord")
        try await start()
    }

    /// Starts it, and waits until it has the lists and keys of a good platform.
    func startWithLists() async throws {
        try await start()
        try await until("it has its lists") {
            ($0["lists"]?["cards"]?["count"]?.int ?? 0) > 0 && $0["lists"]?["keys"]?["count"]?.int == 1
        }
    }

    var events: [Event] {
        // The last line may still be on its way.
        text("events").split(separator: "\n").compactMap { try? JSONDecoder().decode(Event.self, from: Data($0.utf8)) }
    }

    private func end() async throws {
        rig.terminate()
        try await eventually("the rig has ended") { !self.rig.isRunning }
    }

    // MARK: What it tells

    /// What the daemon has written so far, over all its runs.
    var log: String { text("validatord.log") }

    private func text(_ name: String) -> String {
        (try? Data(contentsOf: folder.appending(path: name))).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Waits until its status is so.
    @discardableResult
    func until(
        _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ condition: (JSONValue) -> Bool
    ) async throws -> JSONValue {
        try await eventually(what, sourceLocation: sourceLocation) {
            guard let status = try? self.status(), condition(status) else { return nil }
            return status
        }
    }

    func untilDelivered(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await until("the outbox has no records", sourceLocation: sourceLocation) {
            $0["outbox"]?["records"]?.int == 0
        }
    }

    func untilLogged(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await eventually("a log line with \"\(text)\"", sourceLocation: sourceLocation) { self.log.contains(text) }
    }

    func status() throws -> JSONValue { try control("status") }

    /// What is still to be sent or is kept apart, in however many pages the socket gives it.
    func unsentTaps() throws -> [JSONValue] {
        var taps: [JSONValue] = []
        var next: Int? = 0
        while let row = next {
            let page = try control("outbox_export", ["kind": "taps", "after": .int(row)])
            taps += page["records"]?.array ?? []
            next = page["next"]?.int
        }
        return taps
    }

    /// Asks it over its control socket.
    func control(_ command: String, _ arguments: [String: JSONValue] = [:]) throws -> JSONValue {
        let socket = unsafe clinux_unix_connect(folder.appending(path: "control.sock").path)
        guard socket >= 0 else { throw ControlError(text: "the control socket does not answer: error \(-socket)") }
        let handle = FileHandle(fileDescriptor: socket, closeOnDealloc: true)
        _ = clinux_set_socket_timeout(socket, 60)
        var request: JSONObject = ["command": .string(command)]
        for (name, value) in arguments { request[name] = value }
        try handle.write(contentsOf: Data(JSONValue.object(request).bytes + [UInt8(ascii: "\n")]))
        shutdown(socket, Int32(SHUT_WR))
        let reply = try JSONValue(parsing: Array(handle.readToEnd() ?? Data()), maximumBytes: 1 << 22)
        guard reply["ok"] == true, let result = reply["result"] else { throw ControlError(text: reply.text) }
        return result
    }

    struct ControlError: Error { var text: String }

    /// What `validatorctl` prints.
    func validatorctl(_ arguments: String...) async throws -> String {
        let result = try await Programs.run(
            "validatorctl", ["--socket", folder.appending(path: "control.sock").path] + arguments,
            log: folder.appending(path: "validatorctl.log"))
        try #require(result.status == 0, "validatorctl \(arguments): \(result.output)")
        return result.output
    }
}

extension LiveBox {
    /// What a test's box has otherwise in its configuration; lines of TOML.
    struct Options {
        var platform = ""
        var outbox = "backoff_max_s = 1"
        var reader = ""
        var scannerProtocol = "evdev"
        /// Made of the box's folder.
        var tickets: @Sendable (_ folder: String) -> String = { _ in "" }
        var log = "mask_cards = false"
        var management = ""
        /// Made of the box's folder.
        var vehicle: @Sendable (_ folder: String) -> String = { _ in "modem_program = \"\"" }

        func configuration(folder: String, baseURL: String) -> String {
            """
            [device]
            id = "TEST01"
            state_dir = "\(folder)/state"
            control_socket = "\(folder)/control.sock"
            [platform]
            base_url = "\(baseURL)"
            \(platform)
            [gps]
            port = 1
            report_interval_s = 1
            [[reader]]
            id = "reader0"
            device = "\(folder)/reader0"
            repeat_interval_ms = 100
            \(reader)
            [[scanner]]
            id = "scanner0"
            device = "\(folder)/scanner0"
            protocol = "\(scannerProtocol)"
            repeat_interval_ms = 100
            [tickets]
            \(tickets(folder))
            [indicators]
            green_led = "\(folder)/green"
            red_led = "\(folder)/red"
            signal_ms = 1000
            minimum_ms = 0
            alsa_device = ""
            [outbox]
            \(outbox)
            [management]
            \(management)
            [vehicle]
            \(vehicle(folder))
            [log]
            level = "trace"
            \(log)
            """
        }
    }
}
