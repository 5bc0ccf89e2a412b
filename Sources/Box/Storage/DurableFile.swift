import Base
import CSQLite
import Glibc
import SQLite

/// System calls that make files and their names durable.
enum DurableFile {
    /// What is handed to the medium at a time: a slow card (10 MB/s) has it in about 25 ms.
    private static let portionBytes = 256 << 10

    /// Has the medium hold all of a file, whoever wrote it, or all names in a folder.
    static func synchronise(_ path: String) throws(StorageError) {
        let descriptor = try open(path, O_RDONLY)
        defer { close(descriptor) }
        // Portion by portion: the record of a tap, which is synced meanwhile, queues behind one and not behind a whole list.
        for start in stride(from: 0, to: size(of: descriptor), by: portionBytes) {
            // Where the file system cannot, the sync below does it all.
            guard csqlite_write_out(descriptor, Int64(start), Int64(portionBytes)) == 0 else { break }
        }
        guard fsync(descriptor) == 0 else { throw StorageError(systemError: errno, path: path, action: "be synced") }
    }

    /// Makes a file, in place of what had that name; it has the name once all of it is on the medium.
    static func write(_ content: [UInt8], to path: String) throws(StorageError) {
        let part = "\(path).new"
        let file = unsafe Glibc.open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StorageError(systemError: errno, path: part, action: "be made") }
        defer { close(file) }
        var rest = content[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw StorageError(systemError: count < 0 ? errno : ENOSPC, path: part, action: "be written")
            }
            rest = rest.dropFirst(count)
        }
        try synchronise(part)
        try rename(part, to: path)
        try synchronise(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
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

    /// The first `count` bytes, or as many as there are.
    static func beginning(of path: String, count: Int) throws(StorageError) -> [UInt8] {
        let source = try open(path, O_RDONLY)
        defer { close(source) }
        return try read(source, path, atMost: count)
    }

    /// The whole file. Throws EFBIG when it is longer than `limit` bytes.
    static func contents(of path: String, limit: Int) throws(StorageError) -> [UInt8] {
        let source = try open(path, O_RDONLY)
        defer { close(source) }
        let length = size(of: source)
        guard length <= limit else {
            throw StorageError(systemError: EFBIG, path: path, action: "be read (at most \(limit) bytes)")
        }
        return try read(source, path, atMost: length)
    }

    /// Makes `copy`, which must not exist. Nothing of it is left when that fails. It is not synced.
    static func copy(_ path: String, to copy: String) throws(StorageError) {
        let source = try open(path, O_RDONLY)
        defer { close(source) }
        let target = try open(copy, O_WRONLY | O_CREAT | O_EXCL)
        defer { close(target) }
        do throws(StorageError) {
            while true {
                let chunk = try read(source, path, atMost: 1 << 20)
                guard !chunk.isEmpty else { return }
                guard unsafe Glibc.write(target, chunk, chunk.count) == chunk.count else {
                    throw StorageError(systemError: errno, path: copy, action: "be written")
                }
            }
        } catch {
            try remove(copy)
            throw error
        }
    }

    private static func open(_ path: String, _ flags: Int32) throws(StorageError) -> Int32 {
        let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StorageError(systemError: errno, path: path, action: "be opened") }
        return descriptor
    }

    private static func read(_ descriptor: Int32, _ path: String, atMost count: Int) throws(StorageError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = unsafe Glibc.read(descriptor, &bytes, count)
        guard got >= 0 else { throw StorageError(systemError: errno, path: path, action: "be read") }
        return Array(bytes.prefix(got))
    }

    /// 0 for a folder.
    private static func size(of descriptor: Int32) -> Int {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return 0 }
        return Int(status.st_size)
    }

    static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    /// In bytes; 0 of what is not there.
    static func size(of path: String) -> Int {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Of the whole file system that holds `path`, which need not exist yet; large where it cannot be asked.
    static func fileSystemSize(of path: String) -> Int {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        var disk = statvfs()
        guard unsafe statvfs(folder, &disk) == 0 else { return .max }
        return Int(clamping: UInt64(disk.f_blocks) &* UInt64(disk.f_frsize))
    }

    /// The names of all files in a folder.
    static func names(in folder: String) -> [String] {
        guard let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            names.append(
                unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
                    unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }
}
