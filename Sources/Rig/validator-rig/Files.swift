import Glibc
import OperatingSystem

/// What the stand-ins make in the file system.
enum Files {
    static func makeFolder(_ path: String) throws(SystemError) {
        guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else { throw SystemError.last("create \(path)") }
    }

    /// One that is there stays, since somebody may have it open; any other file gives way.
    static func makePipe(_ path: String) throws(SystemError) {
        var status = stat()
        if unsafe lstat(path, &status) == 0 {
            guard status.st_mode & S_IFMT != S_IFIFO else { return }
            remove(path)
        }
        guard unsafe mkfifo(path, 0o600) == 0 else { throw SystemError.last("create \(path)") }
    }

    /// `path` becomes a link to `target` in one step, whatever it was before.
    static func makeLink(_ path: String, to target: String) throws(SystemError) {
        let aside = path + ".new"
        remove(aside)
        guard unsafe symlink(target, aside) == 0, unsafe rename(aside, path) == 0 else {
            throw SystemError.last("create \(path)")
        }
    }

    /// The absolute form of a path to something that exists.
    static func absolute(_ path: String) throws(SystemError) -> String {
        guard let resolved = unsafe realpath(path, nil) else { throw SystemError.last(path) }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    /// Nothing happens when it is not there.
    static func remove(_ path: String) {
        unsafe unlink(path)
    }
}
