import CLinux
import Glibc
import Kernel
import Logging
import Synchronization
import ValidatorCore

/// Writes log lines to standard error: for journald with the priority in front (`<4>text`, sd-daemon(3)), for a person at a
/// terminal with the time (`2026-03-01T07:45:00.000Z warning text`).
///
/// One write(2) a line. A line that the file does not take within 10 ms is lost and counted; so are those after it that it
/// does not take at once. The first that it takes tells how many were lost.
nonisolated struct JournalLogHandler: LogHandler {
    /// Of one line with its newline, so that a pipe takes it whole (PIPE_BUF); what is longer is cut.
    private static let maximumLine = 4096

    var metadata = Logger.Metadata()
    private let output: LogOutput

    init(output: LogOutput) {
        self.output = output
    }

    /// The level of all loggers that write to the same output.
    var logLevel: Logger.Level {
        get { output.level }
        set { output.level = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        output.write(level: event.level) { form in
            Self.line(event.level, event.message.description, all, form: form, time: Clocks.now().system)
        }
    }

    /// One line of text, whatever is in it, with its newline.
    static func line(
        _ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata, form: LogOutput.Form, time: WallTime
    ) -> [UInt8] {
        var text = message
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { text += " \(key)=\(value)" }
        let head =
            switch form {
            case .journal: "<\(level.priority)>"
            case .terminal: "\(time.timestamp) \(level.rawValue) "
            }
        var line = Array(head.utf8)
        for byte in text.utf8 {
            guard line.count < maximumLine - 8 else {
                line += Array("...".utf8)
                break
            }
            // Scanned codes reach the log; none may forge a line or command the terminal.
            if byte < 0x20 || byte == 0x7F { line += Array("\\x\(hexadecimal([byte]))".utf8) } else { line.append(byte) }
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }
}

/// The file that all loggers write to, and the level from which they do.
nonisolated final class LogOutput: Sendable {
    enum Form: Sendable { case journal, terminal }

    let form: Form
    private let descriptor: Int32
    private let levelIndex: Atomic<Int>
    private let lost = Atomic<Int>(0)

    /// `descriptor` stays open as long as the process lives.
    init(descriptor: Int32, form: Form, level: Logger.Level) {
        self.descriptor = descriptor
        self.form = form
        levelIndex = Atomic(level.index)
    }

    /// Standard error, in the form that suits it.
    static func standardError(level: Logger.Level) -> LogOutput {
        LogOutput(descriptor: 2, form: isatty(2) == 1 ? .terminal : .journal, level: level)
    }

    /// May change at any time.
    var level: Logger.Level {
        get { Logger.Level.allCases[levelIndex.load(ordering: .relaxed)] }
        set { levelIndex.store(newValue.index, ordering: .relaxed) }
    }

    fileprivate func write(level: Logger.Level, _ makeLine: (Form) -> [UInt8]) {
        let lines = lost.exchange(0, ordering: .relaxed)
        if lines > 0 {
            let text = "\(lines) log lines were lost: standard error did not take them"
            let line = JournalLogHandler.line(.warning, text, [:], form: form, time: Clocks.now().system)
            guard put(line, timeoutMilliseconds: 0) else {
                lost.add(lines + 1, ordering: .relaxed)
                return
            }
        }
        if !put(makeLine(form), timeoutMilliseconds: 10) { lost.add(1, ordering: .relaxed) }
    }

    private func put(_ line: [UInt8], timeoutMilliseconds: CInt) -> Bool {
        unsafe line.withUnsafeBytes { unsafe clinux_write_line(descriptor, $0.baseAddress, $0.count, timeoutMilliseconds) } != 0
    }
}

nonisolated extension Logger.Level {
    /// syslog(3)'s number.
    var priority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    fileprivate var index: Int {
        switch self {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .notice: 3
        case .warning: 4
        case .error: 5
        case .critical: 6
        }
    }
}
