import Base
import CLinux
import Glibc

/// What the service manager wants to be told (sd_notify(3)): that the service is up, that it lives, and that it ends.
///
/// Started by hand, there is no service manager, and nothing is told.
public struct ServiceManager: Sendable {
    /// Longer than any line that a technician would read in `systemctl status`.
    private static let statusLimit = 200

    private let socket: String
    /// How often `alive` is due: half of what the unit's `WatchdogSec` allows. Nil: nobody watches.
    public let watchdogInterval: Duration?

    /// Nil without a service manager. `environment` and `process` are those of this process but in tests.
    public init?(environment: (String) -> String? = Self.variable, process: Int32 = getpid()) {
        guard let socket = environment("NOTIFY_SOCKET"), socket.hasPrefix("/") || socket.hasPrefix("@") else { return nil }
        self.socket = socket
        // WATCHDOG_PID keeps a child that inherits the environment from taking itself for the watched one.
        let isWatched = environment("WATCHDOG_PID").map { $0 == String(process) } ?? true
        let limit = environment("WATCHDOG_USEC").flatMap { Int64($0) } ?? 0
        watchdogInterval = isWatched && limit > 0 ? .microseconds(limit / 2) : nil
    }

    /// The service does its work: riders are answered.
    public func ready() { tell("READY=1") }

    /// Puts off the watchdog by its whole limit.
    public func alive() { tell("WATCHDOG=1") }

    /// Asks for so much time from now on for the start or the end that is under way, beyond what the unit gives it.
    public func extendTimeout(by time: Duration) {
        tell("EXTEND_TIMEOUT_USEC=\(time.wholeMilliseconds * 1000)")
    }

    public func stopping() { tell("STOPPING=1") }

    /// The line that `systemctl status` shows.
    public func status(_ text: String) {
        tell("STATUS=" + String(text.prefix(Self.statusLimit)).split(separator: "\n").joined(separator: " "))
    }

    /// A service manager that does not listen is no reason to stop working.
    private func tell(_ text: String) {
        _ = unsafe clinux_service_notify(socket, text)
    }

    /// A variable of this process's environment.
    public static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}
