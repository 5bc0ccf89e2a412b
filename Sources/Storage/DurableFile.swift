import Glibc

/// System calls that make files and their names durable.
enum DurableFile {
    /// Has the medium hold all of a file, whoever wrote it, or all names in a folder.
    static func synchronise(_ path: String) throws(StorageError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StorageError(systemError: errno, path: path, action: "be opened") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StorageError(systemError: errno, path: path, action: "be synced") }
    }

    /// Gives `path` another name, in place of what had that name.
    static func rename(_ path: String, to new: String) throws(StorageError) {
        guard unsafe Glibc.rename(path, new) == 0 else {
            throw StorageError(systemError: errno, path: path, action: "be renamed to \(new)")
        }
    }

    /// Removes a file of ours that nobody needs; one that is not there is fine.
    static func remove(_ path: String) throws(StorageError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else {
            throw StorageError(systemError: errno, path: path, action: "be removed")
        }
    }

    static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }
}
