import ArgumentParser
import Base
import Glibc
import HubStore
import OperatingSystem
import TomlConfiguration

/// Exit codes of sysexits(3).
enum SystemExit: Int32 {
    case usage = 64
    case badData = 65
    case noInput = 66
    case unavailable = 69
    case software = 70
    case osError = 71
    case cannotCreate = 73
    case noPermission = 77
    case configuration = 78
}

/// Ends a command: a line for the person on standard error, a code for the script.
struct CommandFailure: Error {
    var exit: SystemExit
    var text: String

    init(_ exit: SystemExit, _ text: String) {
        self.exit = exit
        self.text = text
    }

    /// What any error of a command amounts to.
    init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as ConfigurationError:
            self.init(SystemExit(rawValue: error.exitCode) ?? .configuration, error.description)
        case let error as FileReadError: self.init(error.isPermission ? .noPermission : .noInput, error.description)
        case let error as HubStoreError: self.init(Self.exit(error.kind), error.description)
        case let error as SystemError: self.init(Self.exit(error.code), error.description)
        default: self.init(.osError, "\(error)")
        }
    }

    private static func exit(_ code: Int32) -> SystemExit {
        switch code {
        case ENOENT: .noInput
        case EACCES, EPERM: .noPermission
        default: .osError
        }
    }

    private static func exit(_ kind: HubStoreError.Kind) -> SystemExit {
        switch kind {
        case .unopenable: .cannotCreate
        case .unavailable, .conflict: .unavailable
        case .readOnly: .noPermission
        case .newerSchema, .unsupported: .configuration
        case .rejected: .software
        case .damaged: .badData
        case .full, .inputOutput: .osError
        }
    }
}

/// The two streams that a command writes to. What a file or a device wrote in a text gives the terminal no commands.
enum Terminal {
    /// Standard output. Ends the command when nobody reads any more.
    static func print(_ text: String) throws { try write(text.printableLines + "\n", to: STDOUT_FILENO) }

    /// Standard error.
    static func complain(_ text: String) {
        // There is nowhere left to say that this failed.
        try? write("validator-hub: \(text.printableLines)\n", to: STDERR_FILENO)
    }

    private static func write(_ text: String, to descriptor: Int32) throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw CommandFailure(.osError, "cannot write to descriptor \(descriptor)") }
            rest = rest.dropFirst(count)
        }
    }
}
