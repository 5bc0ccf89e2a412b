import CLinux
import Glibc

/// What this process takes of the machine's memory.
public enum ProcessMemory {
    /// Has all threads allocate from one heap, where glibc would give each of them its own: what one has freed serves the next.
    /// For a program whose work is one queue's, which is served by one thread after another. Call once, before there are threads.
    public static func shareHeap() { clinux_share_heap() }

    /// Gives back the code and the constants that were used up to now, of the program and of its libraries: what serves on is mapped
    /// again at its next use, and what only the start needs is the first that the kernel takes when memory runs short.
    public static func releaseCode() { clinux_release_mapped_files() }

    /// Resident memory in kB (1024 bytes), as `/proc/self/statm` tells it; nil when that cannot be read.
    public static func residentKilobytes() -> Int? {
        guard let content = try? SmallFile.read("/proc/self/statm", limit: 256) else { return nil }
        let fields = String(decoding: content, as: UTF8.self).split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * sysconf(Int32(_SC_PAGESIZE)) / 1024
    }
}
