import Glibc
import Kernel

/// What a device's configured path leads to.
nonisolated struct DevicePath: Hashable, Sendable {
    /// Without links: libserialport and sysfs know devices by this name only.
    let real: String
    /// The file's type: `S_IFCHR`, `S_IFIFO`, ...
    let type: mode_t

    init(_ path: String) throws(SystemError) {
        guard let resolved = unsafe realpath(path, nil) else { throw SystemError.last("open \(path)") }
        defer { unsafe free(resolved) }
        real = unsafe String(cString: resolved)
        var status = stat()
        guard unsafe stat(real, &status) == 0 else { throw SystemError.last("open \(path)") }
        type = status.st_mode & S_IFMT
    }
}
