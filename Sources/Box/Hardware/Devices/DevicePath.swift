import Glibc
import OperatingSystem

/// What a device's configured path leads to at the moment.
struct DevicePath: Hashable, Sendable {
    /// As it is configured; may be a link.
    let path: String
    /// The file's type: `S_IFCHR`, `S_IFIFO`, ...
    let type: mode_t
    /// Tells a file from another one that has taken its name.
    private let inode: ino_t
    private let fileSystem: dev_t

    init(_ path: String) throws(SystemError) {
        self.path = path
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw SystemError.last("open \(path)") }
        type = status.st_mode & S_IFMT
        inode = status.st_ino
        fileSystem = status.st_dev
    }

    /// The path without links, by which alone libserialport and sysfs know devices.
    var real: String {
        guard let resolved = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}
