import Base
import Cryptography
import Glibc
import HubServices
import OperatingSystem

/// A key that the hub makes for itself, in a file of the database's folder: made once, and never sent anywhere.
enum OwnKey: String, CaseIterable {
    case pseudonyms = "pseudonyms.key"
    /// The private key of the root that vouches for test codes (`TestRoot`).
    case testRoot = "test-root.key"

    /// In bytes, whichever it is.
    private static let length = 32

    /// Its file, beside the database at `path`.
    func file(besideDatabase path: String) -> String { Self.folder(of: path) + "/" + rawValue }

    private static func folder(of path: String) -> String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "." }

    /// Nil where there is none.
    func present(besideDatabase path: String) throws(SystemError) -> [UInt8]? {
        do throws(SystemError) {
            return try Self.read(file(besideDatabase: path))
        } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
    }

    /// Reads it, or makes it. Of two programs that make it at once both have the same.
    func load(besideDatabase path: String) throws(SystemError) -> [UInt8] {
        if let key = try present(besideDatabase: path) { return key }
        let file = file(besideDatabase: path)
        let draft = file + ".\(getpid())"
        try Self.write(made(), to: draft, ownerOf: path, orOf: Self.folder(of: path))
        defer { unsafe unlink(draft) }
        // Unlike a renaming, a link replaces nothing.
        guard unsafe link(draft, file) == 0 || errno == EEXIST else { throw SystemError.last("make \(file)") }
        return try Self.read(file)
    }

    private func made() -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return switch self {
        case .pseudonyms: (0..<Pseudonyms.keyLength).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        case .testRoot: SM2Key(using: &random).bytes
        }
    }

    private static func read(_ file: String) throws(SystemError) -> [UInt8] {
        let key = try SmallFile.read(file, limit: 4096)
        guard key.count == length else {
            throw SystemError(code: EINVAL, what: "use \(file) (it must have \(length) bytes: restore it from a backup)")
        }
        return key
    }

    /// - Parameters:
    ///   - database: whose owner the file shall have, so that the hub can read what a command made as root.
    ///   - folder: in place of `database`, where the database is a server's.
    private static func write(
        _ key: [UInt8], to file: String, ownerOf database: String, orOf folder: String
    ) throws(SystemError) {
        let descriptor = try FileDescriptor.open(file, O_WRONLY | O_CREAT | O_TRUNC)
        if geteuid() == 0 {
            var status = stat()
            let isKnown = unsafe stat(database, &status) == 0 || stat(folder, &status) == 0
            guard isKnown, fchown(descriptor.raw, status.st_uid, status.st_gid) == 0 else {
                throw SystemError.last("give \(file) to the owner of \(database)")
            }
        }
        guard case .written(key.count) = descriptor.write(key.span), fsync(descriptor.raw) == 0 else {
            throw SystemError.last("write \(file)")
        }
    }
}
