import Base
import CLinux
import Glibc
import OperatingSystem

/// A program that runs beside ours, without a shell, for a bounded time. It reads nothing.
@MainActor public final class ChildProcess {
    public enum Ending: Hashable, Sendable, CustomStringConvertible {
        case exited(code: Int32)
        case killed(signal: Int32)
        case timedOut(after: Duration)

        public var description: String {
            switch self {
            case .exited(let code): "ended with exit code \(code)"
            case .killed(let signal): "was killed by signal \(signal)"
            case .timedOut(let limit): "was ended after \(limit.wholeMilliseconds) ms"
            }
        }
    }

    /// Owns the pidfd, which becomes readable when the process has ended; keeps this alive until then.
    private var source: ReadSource?
    private var timer: OneShotTimer?
    private var timedOut = false
    private var outputSource: ReadSource?
    private var output: [UInt8] = []
    private let outputLimit: Int

    /// Starts `arguments`, the first of which is the program's path, and kills it at its time limit. `onEnd` comes once.
    public static func run(
        _ arguments: [String], timeLimit: Duration, onEnd: @escaping (Ending) -> Void
    ) throws(SystemError) {
        let process = ChildProcess(outputLimit: 0)
        try process.start(arguments, writingTo: -1, timeLimit: timeLimit) { ending, _ in onEnd(ending) }
    }

    /// The same, and hands over the beginning of what the program wrote to its standard output, up to `outputLimit` bytes.
    /// A program that goes on writing beyond them finds its pipe closed.
    public static func run(
        _ arguments: [String], timeLimit: Duration, outputLimit: Int, onEnd: @escaping (Ending, _ output: [UInt8]) -> Void
    ) throws(SystemError) {
        var ends: (reading: Int32, writing: Int32) = (-1, -1)
        let code = unsafe clinux_pipe(&ends.reading, &ends.writing)
        guard code == 0 else { throw SystemError(code: code, what: "make a pipe for \(arguments.first ?? "")") }
        let reading = FileDescriptor(owning: ends.reading)
        // Closed here in any case: only the program's own copy keeps the pipe open.
        let writing = FileDescriptor(owning: ends.writing)
        let process = ChildProcess(outputLimit: outputLimit)
        process.outputSource = ReadSource(owning: reading) { [weak process] in process?.receive() }
        try process.start(arguments, writingTo: writing.raw, timeLimit: timeLimit, onEnd: onEnd)
    }

    private init(outputLimit: Int) {
        self.outputLimit = outputLimit
    }

    private func start(
        _ arguments: [String], writingTo output: Int32, timeLimit: Duration, onEnd: @escaping (Ending, [UInt8]) -> Void
    ) throws(SystemError) {
        precondition(!arguments.isEmpty, "no program")
        var strings = unsafe arguments.map { unsafe strdup($0) }
        defer { unsafe strings.forEach { unsafe free($0) } }
        unsafe strings.append(nil)
        let pidfd = unsafe clinux_spawn(strings, output, -1)
        guard pidfd >= 0 else { throw SystemError(code: -pidfd, what: "start \(arguments[0])") }

        timer = OneShotTimer { [weak self] in
            guard let self, self.source != nil else { return }
            self.timedOut = true
            clinux_process_kill(pidfd)
        }
        timer?.schedule(after: timeLimit)
        source = ReadSource(owning: FileDescriptor(owning: pidfd)) {
            let code = clinux_process_reap(pidfd)
            let ending: Ending =
                self.timedOut ? .timedOut(after: timeLimit) : code < 0 ? .killed(signal: -code) : .exited(code: code)
            // What it wrote last; a program of its own that outlives it is not waited for.
            self.receive()
            self.timer = nil
            self.outputSource = nil
            self.source = nil
            onEnd(ending, self.output)
        }
    }

    private func receive() {
        while output.count < outputLimit, let result = outputSource?.read(atMost: outputLimit - output.count) {
            guard case .bytes(let bytes) = result else {
                if result != .wouldBlock { outputSource = nil }
                return
            }
            output += bytes
        }
        outputSource = nil
    }
}
