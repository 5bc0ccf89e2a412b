import Base
import Glibc
import HubServices
import OperatingSystem

/// The file with the key of the pseudonyms, in the database's folder: made once, and never sent anywhere.
enum PseudonymKey {
    /// Reads it, or makes it. Of two programs that make it at once both have the same.
    static func load(besideDatabase path: String) throws(SystemError) -> [UInt8] {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let file = folder + "/pseudonyms.key"
        do throws(SystemError) {
            return try read(file)
        } catch {
            guard error.code == ENOENT else { throw error }
        }
        let draft = file + ".\(getpid())"
        try write(draft, ownerOf: path)
        defer { unsafe unlink(draft) }
        // Unlike a renaming, a link replaces nothing.
        guard unsafe link(draft, file) == 0 || errno == EEXIST else { throw SystemError.last("make \(file)") }
        return try read(file)
    }

    private static func read(_ file: String) throws(SystemError) -> [UInt8] {
        let key = try SmallFile.read(file, limit: 4096)
        guard key.count == Pseudonyms.keyLength else {
            throw SystemError(
                code: EINVAL, what: "use \(file) (it must have \(Pseudonyms.keyLength) bytes: restore it from a backup)")
        }
        return key
    }

    /// - Parameter database: whose owner the file shall have, so that the hub can read what a command made as root.
    private static func write(_ file: String, ownerOf database: String) throws(SystemError) {
        let descriptor = try FileDescriptor.open(file, O_WRONLY | O_CREAT | O_TRUNC)
        if geteuid() == 0 {
            var status = stat()
            guard unsafe stat(database, &status) == 0, fchown(descriptor.raw, status.st_uid, status.st_gid) == 0 else {
                throw SystemError.last("give \(file) to the owner of \(database)")
            }
        }
        var random = SystemRandomNumberGenerator()
        let key = (0..<Pseudonyms.keyLength).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        guard case .written(key.count) = descriptor.write(key.span), fsync(descriptor.raw) == 0 else {
            throw SystemError.last("write \(file)")
        }
    }
}
