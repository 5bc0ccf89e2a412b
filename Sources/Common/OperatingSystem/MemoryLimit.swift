import Base
import Glibc

/// How much memory this process may have before the kernel ends it: the unit's `MemoryMax`, or the machine's own.
public enum MemoryLimit {
    /// Of everything but the lists: the program itself, connections and their queues, the database's cache.
    public static let reserve = 116 << 20
    /// However little there is, a small list has room.
    private static let leastForLists = 16 << 20

    /// What lists may take of it: three quarters of what is left, for the next list is gathered before its size is known.
    public static func forLists() -> Int { forLists(limit: bytes()) }

    static func forLists(limit: Int) -> Int { max(leastForLists, (limit - reserve) / 4 * 3) }

    /// In bytes. Of a machine without such limits, half of its memory.
    public static func bytes() -> Int {
        let machine = max(1, sysconf(Int32(_SC_PHYS_PAGES))) * max(1, sysconf(Int32(_SC_PAGESIZE)))
        return min(machine / 2, controlGroup() ?? .max)
    }

    /// The least `memory.max` of the control group (version 2) and those above it; nil where none sets one.
    ///
    /// - Parameters: those of this process but in tests.
    static func controlGroup(membership: String = "/proc/self/cgroup", root: String = "/sys/fs/cgroup") -> Int? {
        guard let text = text(membership), let line = text.split(separator: "\n").first(where: { $0.hasPrefix("0::/") }) else {
            return nil
        }
        var path = line.dropFirst(3)
        var limit: Int?
        while !path.isEmpty {
            if let own = self.text(root + path + "/memory.max").flatMap({ Int($0.filter { !$0.isWhitespace }) }) {
                limit = min(limit ?? own, own)
            }
            path = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
        }
        return limit
    }

    private static func text(_ path: String) -> String? {
        (try? SmallFile.read(path, limit: 4096)).map { String(decoding: $0, as: UTF8.self) }
    }
}
