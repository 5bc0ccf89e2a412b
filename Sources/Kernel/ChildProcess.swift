import CLinux
import Glibc
import ValidatorCore

/// A program that runs beside ours, without a shell, for a bounded time. It reads and writes nothing.
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

    /// Starts `arguments`, the first of which is the program's path, and kills it at its time limit. `onEnd` comes once.
    public static func run(
        _ arguments: [String], timeLimit: Duration, onEnd: @escaping (Ending) -> Void
    ) throws(SystemError) {
        precondition(!arguments.isEmpty, "no program")
        var strings = unsafe arguments.map { unsafe strdup($0) }
        defer { unsafe strings.forEach { unsafe free($0) } }
        unsafe strings.append(nil)
        let pidfd = unsafe clinux_spawn(strings)
        guard pidfd >= 0 else { throw SystemError(code: -pidfd, what: "start \(arguments[0])") }

        let process = ChildProcess()
        process.timer = OneShotTimer { [weak process] in
            guard let process, process.source != nil else { return }
            process.timedOut = true
            clinux_process_kill(pidfd)
        }
        process.timer?.schedule(after: timeLimit)
        process.source = ReadSource(owning: FileDescriptor(owning: pidfd)) {
            let code = clinux_process_reap(pidfd)
            let ending: Ending =
                process.timedOut ? .timedOut(after: timeLimit) : code < 0 ? .killed(signal: -code) : .exited(code: code)
            process.timer = nil
            process.source = nil
            onEnd(ending)
        }
    }

    private init() {}
}
