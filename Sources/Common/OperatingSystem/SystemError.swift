import Glibc

/// A system call that failed: what was tried, and the system's reason.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The value of `errno`.
    public let code: Int32
    /// What was tried, with the path: `open /dev/ttyUSB0`.
    public let what: String

    public init(code: Int32, what: String) {
        self.code = code
        self.what = what
    }

    /// The failure that `errno` names now; to be asked straight after the call.
    public static func last(_ what: String) -> SystemError {
        SystemError(code: errno, what: what)
    }

    /// The system's reason alone: `No such file or directory`.
    public var reason: String {
        // Thread-safe in glibc since 2.32.
        unsafe String(cString: strerror(code))
    }

    /// `open /dev/ttyUSB0: No such file or directory`.
    public var description: String { "\(what): \(reason)" }
}
