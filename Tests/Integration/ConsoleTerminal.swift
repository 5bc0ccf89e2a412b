import CLinux
import Foundation
import OperatingSystem
import TestSupport
import Testing

/// A terminal with the real `validatorctl console` on it, as a serial login has it: a screen of a VT100, and keys.
final class ConsoleTerminal {
    private var terminal: PseudoTerminal?
    private let process = Process()
    private let path: String
    private var rows: [String] = []
    private var cursor = (row: 0, column: 0)
    private var isLineEmpty = true
    private var pending: [UInt8] = []
    /// All that the console has written.
    private(set) var byteCount = 0
    private(set) var transcript = ""

    /// A size of zero is that of a serial line, which does not know.
    init(_ box: LiveBox, _ arguments: [String] = [], columns: Int = 80, rows: Int = 24) throws {
        let terminal = try PseudoTerminal()
        path = terminal.path
        // As a login finds it: it echoes and sends lines.
        _ = try Self.output("/usr/bin/stty", ["-F", path, "sane"])
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setsid")
        process.arguments =
            [
                "--ctty", "--wait", "\(Programs.folder)/validatorctl", "console", "--socket",
                box.folder.appending(path: "control.sock").path,
            ]
            + arguments
        process.environment = ["PATH": "/usr/bin:/bin", "TERM": "vt100", "LANG": "en_US.UTF-8"]
        let device = unsafe open(terminal.path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(device >= 0)
        let handle = FileHandle(fileDescriptor: device, closeOnDealloc: true)
        (process.standardInput, process.standardOutput, process.standardError) = (handle, handle, handle)
        self.terminal = consume terminal
        resize(columns: columns, rows: rows)
        try process.run()
    }

    deinit { if process.isRunning { process.terminate() } }

    var isRunning: Bool { process.isRunning }
    var exitCode: Int32 { process.terminationStatus }

    /// The line's settings, as stty(1) prints them.
    var settings: String {
        get throws { try Self.output("/usr/bin/stty", ["-a", "-F", path]) }
    }

    func resize(columns: Int, rows: Int) {
        guard let raw = terminal?.controller.raw else { return }
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = unsafe ioctl(raw, UInt(TIOCSWINSZ), &size)
    }

    func type(_ text: String) { type(Array(text.utf8)) }

    func type(_ bytes: [UInt8]) {
        guard let raw = terminal?.controller.raw else { return }
        _ = unsafe write(raw, bytes, bytes.count)
    }

    /// The line goes down.
    func hangUp() { terminal = nil }

    // MARK: The screen

    var screen: String {
        receive()
        return rows.joined(separator: "\n")
    }

    var rowCount: Int {
        receive()
        return rows.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? 0
    }

    func untilShown(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        do {
            try await eventually("\"\(text)\" on the console", sourceLocation: sourceLocation) {
                screen.contains(text) || transcript.contains(text) && rows.isEmpty
            }
        } catch {
            Issue.record("the console shows:\n\(screen)\n\(transcript.suffix(300))", sourceLocation: sourceLocation)
            throw error
        }
    }

    /// Waits until it has written nothing for 300 ms.
    func untilQuiet() async throws {
        var count: Int
        repeat {
            receive()
            count = byteCount
            try await Task.sleep(for: .milliseconds(300))
            receive()
        } while byteCount > count
    }

    func untilEnded(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await eventually("the console has ended", sourceLocation: sourceLocation) {
            receive()
            return !process.isRunning
        }
    }

    func receive() {
        while case .bytes(let bytes)? = terminal?.controller.read(atMost: 4096) {
            byteCount += bytes.count
            pending += bytes
        }
        // What is not yet whole waits.
        let end = pending.lastIndex(of: 0x1B) ?? pending.endIndex
        let whole = pending.suffix(from: end).contains { $0 >= 0x40 && $0 != 0x5B } ? pending.endIndex : end
        let text = String(decoding: pending[..<whole], as: UTF8.self)
        pending.removeSubrange(..<whole)
        transcript += text
        interpret(text)
    }

    /// `ESC [ row ; column H`, `ESC [ K`, `ESC [ 2 J`; other sequences move nothing.
    private func interpret(_ text: String) {
        let parts = text.components(separatedBy: "\u{1B}")
        put(parts[0])
        for part in parts.dropFirst() {
            guard part.hasPrefix("["), let end = part.dropFirst().firstIndex(where: \.isLetter) else {
                put(String(part.dropFirst()))
                continue
            }
            let numbers = part[part.index(after: part.startIndex)..<end].split(separator: ";").compactMap { Int($0) }
            switch part[end] {
            case "H":
                isLineEmpty = true
                cursor = numbers.count == 2 ? (numbers[0] - 1, numbers[1] - 1) : (0, 0)
            case "J": rows = []
            case "K":
                // Behind the line's text, or of an empty line all there is to it.
                if isLineEmpty, rows.indices.contains(cursor.row) { rows[cursor.row] = "" }
            default: break
            }
            put(String(part[part.index(after: end)...]))
        }
    }

    /// The console always writes whole lines.
    private func put(_ text: String) {
        guard !text.isEmpty, cursor.column == 0, (0..<200).contains(cursor.row) else { return }
        while rows.count <= cursor.row { rows.append("") }
        rows[cursor.row] = text
        isLineEmpty = false
    }

    private static func output(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = pipe
        try process.run()
        return String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }
}
