import Base
import CLinux
import Dispatch
import Glibc
import Logging
import OperatingSystem
import Synchronization

/// Writes log lines to standard error: for journald with the priority in front (`<4>text`, sd-daemon(3)), for a person at a
/// terminal with the time (`2026-03-01T07:45:00.000Z warning text`).
///
/// One write(2) a line. A line that the file does not take within 10 ms is lost and counted; so are those after it that it
/// does not take at once. The first that it takes tells how many were lost.
nonisolated struct JournalLogHandler: LogHandler {
    /// Of one line's text; with what stands around it a pipe takes it whole (PIPE_BUF, 4096). What is longer is cut.
    private static let maximumText = 4096 - 64

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
        let text = Self.text(event.message.description, all)
        output.write(text, level: event.level, time: Clocks.now().system)
    }

    /// One line of text, whatever is in it, with its newline.
    static func line(
        _ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata, form: LogOutput.Form, time: WallTime
    ) -> [UInt8] {
        line(level, text(message, metadata), form: form, time: time)
    }

    fileprivate static func line(_ level: Logger.Level, _ text: [UInt8], form: LogOutput.Form, time: WallTime) -> [UInt8] {
        let head =
            switch form {
            case .journal: "<\(level.priority)>"
            case .terminal: "\(time.timestamp) \(level.rawValue) "
            }
        return Array(head.utf8) + text + [UInt8(ascii: "\n")]
    }

    /// What the line says, whatever was in it.
    private static func text(_ message: String, _ metadata: Logger.Metadata) -> [UInt8] {
        var whole = message
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { whole += " \(key)=\(value)" }
        var text: [UInt8] = []
        for scalar in whole.unicodeScalars {
            guard text.count < maximumText else {
                text += Array("...".utf8)
                break
            }
            // Scanned codes reach the log; none may forge a line, command the terminal that shows it, or turn its words round.
            if scalar.isUnseen {
                text += String(scalar).utf8.flatMap { Array("\\x\(hexadecimal([$0]))".utf8) }
            } else {
                text += Array(String(scalar).utf8)
            }
        }
        return text
    }
}

/// The file that all loggers write to, and the level from which they do.
nonisolated final class LogOutput: Sendable {
    enum Form: Sendable { case journal, terminal }

    let form: Form
    /// What was written last; a line gets there in the loop's next turn.
    let history = LogHistory()
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

    fileprivate func write(_ text: [UInt8], level: Logger.Level, time: WallTime) {
        let history = history
        DispatchQueue.main.async { history.append(String(decoding: text, as: UTF8.self), level: level, time: time) }
        let lines = lost.exchange(0, ordering: .relaxed)
        if lines > 0 {
            let text = "\(lines) log lines were lost: standard error did not take them"
            let line = JournalLogHandler.line(.warning, Array(text.utf8), form: form, time: time)
            guard put(line, timeoutMilliseconds: 0) else {
                lost.add(lines + 1, ordering: .relaxed)
                return
            }
        }
        let line = JournalLogHandler.line(level, text, form: form, time: time)
        if !put(line, timeoutMilliseconds: 10) { lost.add(1, ordering: .relaxed) }
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

nonisolated extension Logger.Level {
    init(_ level: Notice.Level) {
        self =
            switch level {
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
    }
}
