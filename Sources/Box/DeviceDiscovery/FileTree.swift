import Glibc

/// Reads of sysfs and /dev, bounded. What is not there, or may not be read, is absent.
enum FileTree {
    /// More than any folder here holds on a machine that works.
    private static let maximumNames = 1024
    private static let maximumSize = 4096

    /// The names in a folder, those with short numbers first: `ttyUSB2` before `ttyUSB10`.
    static func names(in folder: String) -> [String] {
        guard let stream = unsafe opendir(folder) else { return [] }
        defer { _ = unsafe closedir(stream) }
        var names: [String] = []
        while names.count < maximumNames, let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
                    unsafe String(cString: $0)
                }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
    }

    /// The first bytes of a file.
    static func bytes(_ path: String) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return unsafe [UInt8](unsafeUninitializedCapacity: maximumSize) { buffer, count in
            count = unsafe max(0, read(descriptor, buffer.baseAddress, maximumSize))
        }
    }

    /// An attribute: the first line of a file without spaces around it; nil when that is empty.
    static func text(_ path: String) -> String? {
        guard let line = bytes(path)?.split(separator: UInt8(ascii: "\n"), maxSplits: 1).first else { return nil }
        let isSpace: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == 0 }
        guard let first = line.firstIndex(where: { !isSpace($0) }), let last = line.lastIndex(where: { !isSpace($0) }) else {
            return nil
        }
        return String(decoding: line[first...last], as: UTF8.self)
    }

    /// The path with every link followed; nil when it leads nowhere.
    static func realPath(_ path: String) -> String? {
        guard let real = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }

    /// Whether both paths lead to one file.
    static func isSame(_ path: String, _ other: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard unsafe stat(path, &first) == 0, unsafe stat(other, &second) == 0 else { return false }
        return first.st_ino == second.st_ino && first.st_dev == second.st_dev
    }

    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
}
