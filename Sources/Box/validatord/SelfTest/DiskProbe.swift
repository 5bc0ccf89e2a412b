import Base
import Glibc
import OperatingSystem

/// What a folder's disk can do just now.
nonisolated struct DiskProbe: Hashable, Sendable {
    /// As much as a tap's record takes.
    private static let size = 4096

    var freeBytes: Int64
    /// From the first byte of a small file until it is durable.
    var syncTime: Duration

    /// Writes a small file into `folder`, syncs it and removes it. Takes as long as the disk does: not for the loop.
    static func measure(folder: String) -> Result<DiskProbe, SystemError> {
        Result { () throws(SystemError) in
            let path = folder + "/selftest.tmp"
            let file = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC)
            defer { unsafe unlink(path) }
            let begun = Clocks.now().instant
            switch file.write([UInt8](repeating: 0x55, count: size).span) {
            case .written(size): break
            case .failed(let error): throw SystemError(code: error.code, what: "write \(path)")
            case .written, .wouldBlock: throw SystemError(code: ENOSPC, what: "write \(path)")
            }
            guard fdatasync(file.raw) == 0 else { throw SystemError.last("sync \(path)") }
            let syncTime = Clocks.now().instant - begun
            var disk = statvfs()
            guard unsafe statvfs(folder, &disk) == 0 else { throw SystemError.last("ask for the room in \(folder)") }
            return DiskProbe(freeBytes: Int64(disk.f_bavail) * Int64(disk.f_frsize), syncTime: syncTime)
        }
    }
}
