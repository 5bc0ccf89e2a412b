import Foundation
import Glibc

/// A file system of its own in memory, which a test can fill. Only root can have one.
package final class SmallDisk {
    /// Whether the system lets this process mount a file system.
    package static let isAllowed = (try? SmallDisk(mebibytes: 1)) != nil

    package let path: String

    package init(mebibytes: Int) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "validator-disk-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard unsafe mount("none", path, "tmpfs", 0, "size=\(mebibytes)m") == 0 else {
            let code = errno
            try FileManager.default.removeItem(atPath: path)
            throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EPERM)
        }
    }

    deinit {
        unsafe umount2(path, CInt(MNT_DETACH))
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a file until there is no room left.
    package func fill() {
        let descriptor = unsafe open(path + "/filler", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        for size in [65536, 4096, 1] {
            let block = [UInt8](repeating: 0, count: size)
            while unsafe write(descriptor, block, size) > 0 {}
        }
    }

    package func empty() throws { try FileManager.default.removeItem(atPath: path + "/filler") }
}
