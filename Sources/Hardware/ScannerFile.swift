import Glibc
import Kernel

/// The file that a path names at the moment, links followed.
nonisolated struct ScannerFile: Hashable {
    let device: UInt
    let inode: UInt
    let type: mode_t

    init(_ path: String) throws(SystemError) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw SystemError.last("open \(path)") }
        device = status.st_dev
        inode = status.st_ino
        type = status.st_mode & S_IFMT
    }
}
