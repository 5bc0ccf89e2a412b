import Base
import Glibc
import Kernel
import OperatingSystem

/// A program that a scenario starts, perhaps several times, under a name.
@MainActor
final class Program {
    /// How long a program may take to end after SIGTERM.
    private static let patience = Duration.seconds(10)
    private static let restartPause = Duration.milliseconds(100)

    let name: String
    private let command: [String]
    private let environment: [String]
    private let log: String
    /// Holds the process's number while it runs, for scripts that clean up.
    private let pidFile: String
    /// Where in the log the present run begins.
    private var logStart = 0
    private var process: ChildProcess?
    /// Whether it is started again when it ends without having been asked to.
    private let isKept: Bool
    private var isStopping = false
    private var restart: OneShotTimer?
    /// How its last run ended; nil while it runs.
    private(set) var ending: ChildProcess.Ending?
    /// However it ends, that is no news.
    var isQuiet = false

    init(_ name: String, command: [String], environment: [String], folder: String, isKept: Bool) {
        self.name = name
        self.command = command
        self.environment = environment
        log = "\(folder)/\(name).log"
        pidFile = "\(folder)/\(name).pid"
        self.isKept = isKept
        // A start that fails is tried again by nobody: the steps that wait for the program fail.
        restart = OneShotTimer { [weak self] in try? self?.start() }
    }

    var isRunning: Bool { process != nil }

    func start() throws(SystemError) {
        logStart = (try? content().count) ?? 0
        ending = nil
        isQuiet = false
        isStopping = false
        let process = try ChildProcess(command, environment: environment, log: log)
        self.process = process
        try writeFile(pidFile, "\(process.identifier)\n")
    }

    func signal(_ number: Int32) {
        process?.signal(number)
    }

    /// Asks it to end; insists after a while. False when it had to be killed.
    func stop() async -> Bool {
        isStopping = true
        isQuiet = true
        restart?.cancel()
        signal(SIGTERM)
        if await ended(within: Self.patience) { return true }
        signal(SIGKILL)
        _ = await ended(within: Self.patience)
        return false
    }

    /// Notices that it has ended, and tells how. To be called whenever a child process has ended.
    func reap() -> ChildProcess.Ending? {
        guard let ending = process?.ending() else { return nil }
        process = nil
        Files.remove(pidFile)
        self.ending = ending
        if isKept && !isStopping { restart?.schedule(after: Self.restartPause) }
        return ending
    }

    func runs(within limit: Duration) async -> Bool {
        await becomesTrue(within: limit) { self.isRunning }
    }

    func ended(within limit: Duration) async -> Bool {
        await becomesTrue(within: limit) { !self.isRunning }
    }

    /// Waits until the present run has written `text`.
    func writes(_ text: String, within limit: Duration) async -> Bool {
        await becomesTrue(within: limit) {
            self.lines.contains { $0.contains(text) }
        }
    }

    /// What the present or last run has written.
    var lines: [Substring] {
        String(decoding: (try? content().dropFirst(logStart)) ?? [], as: UTF8.self).split(separator: "\n")
    }

    private func content() throws(SystemError) -> [UInt8] {
        try SmallFile.read(log, limit: 64 << 20)
    }
}

/// Looks every 10 ms.
@MainActor
private func becomesTrue(within limit: Duration, _ condition: @MainActor () -> Bool) async -> Bool {
    let deadline = Clocks.now().instant + limit
    while !condition() {
        guard Clocks.now().instant < deadline else { return false }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return true
}
