import Glibc
import Kernel
import OperatingSystem

/// A program that runs as a child of this one.
struct ChildProcess {
    /// How it ended.
    enum Ending: Hashable, CustomStringConvertible {
        case exited(Int32)
        case signalled(Int32)

        var description: String {
            switch self {
            case .exited(let status): "exit code \(status)"
            case .signalled(let number): "signal \(number)"
            }
        }
    }

    let identifier: pid_t

    /// Starts `command`, found on PATH when it names no folder, with nothing to read; what it writes is added to `log`.
    /// `environment` holds `NAME=value` entries.
    init(_ command: [String], environment: [String], log: String) throws(SystemError) {
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // Dispatch's threads block signals and this program ignores SIGPIPE; a child must not inherit either.
        var none = sigset_t()
        var all = sigset_t()
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var identifier: pid_t = 0
        let code = unsafe withCStrings(command) { arguments in
            unsafe withCStrings(environment) {
                unsafe posix_spawnp(&identifier, command[0], &actions, &attributes, arguments, $0)
            }
        }
        guard code == 0 else { throw SystemError(code: code, what: "start \(command[0])") }
        self.identifier = identifier
    }

    /// Sends a signal. Only before `ending()` has told the end: afterwards the number may belong to somebody else.
    func signal(_ number: Int32) {
        Glibc.kill(identifier, number)
    }

    /// Nil while it runs. Tells the end once; ask no more after that.
    func ending() -> Ending? {
        var status: Int32 = 0
        guard unsafe waitpid(identifier, &status, WNOHANG) == identifier else { return nil }
        // wait(2): the low seven bits hold the signal, the byte above them the exit code.
        return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signalled(status & 0x7F)
    }
}

/// Calls `body` with an array in the form of `argv`, which ends with a null pointer.
private func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let copies: [UnsafeMutablePointer<CChar>?] = unsafe texts.map { unsafe strdup($0) } + [nil]
    defer { unsafe copies.forEach { unsafe free($0) } }
    return unsafe body(copies)
}
