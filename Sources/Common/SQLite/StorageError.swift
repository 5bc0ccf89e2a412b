import CSQLite
import Glibc

/// Why the storage could not do what was asked. Its text names the file, the cause, and what a technician does next.
public struct StorageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a program reacts to; the codes are for people.
    public enum Kind: String, Sendable {
        /// No space, or the quota is used up. Goes away by itself when space returns.
        case full
        /// Not a database, or a broken one.
        case damaged
        case readOnly
        /// The file or its folder cannot be opened or created: missing folder, wrong owner.
        case unopenable
        case inputOutput
        /// Another program holds the file.
        case busy
        /// Written by a later release of this software.
        case newerSchema
        /// What is in the file is not what the program has counted: a mistake in this software.
        case miscounted
        /// A statement that does not fit the schema: a mistake in this software.
        case other
    }

    public let kind: Kind
    /// SQLite's primary result code (`sqlite3.h`); 0 when the system call itself failed.
    public let code: Int32
    /// SQLite's extended result code.
    public let extendedCode: Int32
    /// `errno` of the system call behind it; 0 when there was none.
    public let systemError: Int32
    /// The file and the cause.
    public let what: String

    public init(kind: Kind, extendedCode: Int32 = 0, systemError: Int32 = 0, what: String) {
        self.kind = kind
        self.code = extendedCode & 0xFF
        self.extendedCode = extendedCode
        self.systemError = systemError
        self.what = what
    }

    /// From a result code of SQLite; `message` is its own text.
    public init(sqlite extendedCode: Int32, systemError: Int32, path: String, message: String) {
        self.init(
            kind: Self.kind(extendedCode & 0xFF, systemError), extendedCode: extendedCode, systemError: systemError,
            what: "\(path): \(message)")
    }

    /// From `errno` after a system call about `path`.
    public init(systemError: Int32, path: String, action: String) {
        self.init(kind: Self.kind(0, systemError), systemError: systemError, what: "\(path): cannot \(action)")
    }

    public var nextStep: String {
        switch kind {
        case .full: "free space on its file system; it is tried again by itself"
        case .damaged: "the file is set aside and a new one is begun; keep the old one, its records may be recoverable"
        case .readOnly: "the file system or file is read-only: see `dmesg` for a failing card, then remount or replace it"
        case .unopenable: "check that its folder exists and belongs to the service's user"
        case .inputOutput: "the storage medium is failing: see `dmesg`, and replace the card"
        case .busy: "another program holds the file: stop it (is the service running twice?)"
        case .newerSchema: "install the release that wrote it, or move the file away"
        case .miscounted: "the service starts anew and counts again; send in the log and the copy that it sets aside"
        case .other: "this is a mistake in the software: report it with the log"
        }
    }

    public var description: String {
        var codes: [String] = []
        if extendedCode != 0 { codes.append("SQLite \(extendedCode)") }
        if systemError != 0 { codes.append("errno \(systemError)") }
        return codes.isEmpty ? "\(what); \(nextStep)" : "\(what) (\(codes.joined(separator: ", "))); \(nextStep)"
    }

    private static func kind(_ code: Int32, _ systemError: Int32) -> Kind {
        if systemError == ENOSPC || systemError == EDQUOT { return .full }
        return switch code {
        case SQLITE_FULL: .full
        case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged
        case SQLITE_READONLY: .readOnly
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH: systemError == EROFS ? .readOnly : .unopenable
        case SQLITE_IOERR, SQLITE_NOMEM: .inputOutput
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case 0:
            switch systemError {
            case EROFS: .readOnly
            case ENOENT, EACCES, EPERM, ENOTDIR: .unopenable
            default: .inputOutput
            }
        default: .other
        }
    }
}
