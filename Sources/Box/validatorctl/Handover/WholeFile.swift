import Glibc
import OperatingSystem

/// A file of a stick or of the configuration, read as a whole.
enum WholeFile {
    /// - Throws: also when it is longer than `limit` bytes.
    static func read(_ path: String, limit: Int) throws(ControlFailure) -> [UInt8] {
        do throws(SystemError) {
            return try SmallFile.read(path, limit: limit)
        } catch {
            if error.code == EFBIG { throw .badData("\(path) is longer than \(limit) bytes") }
            throw .cannotRead("\(path) cannot be read: \(error.reason); be root")
        }
    }

    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
}
