import Foundation

/// A control group of one program, in which the kernel ends whoever takes more memory than the limit.
final class MemoryGroup {
    private let folder: String
    private let limit: Int
    /// Version 2 counts what is sent and not yet read too, and is what the box looks for.
    private let isUnified: Bool

    /// Whether this machine lets one be made: root, and a controller for memory.
    static let isPossible = (try? MemoryGroup(limit: 64 << 20)) != nil

    /// - Parameter limit: in bytes.
    init(limit: Int) throws {
        let groups = try String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8).split(separator: "\n")
        let name = "validator-test-\(UUID().uuidString.prefix(8))"
        self.limit = limit
        if let own = groups.first(where: { $0.contains(":memory:/") })?.split(separator: ":").last {
            isUnified = false
            folder = "/sys/fs/cgroup/memory\(own)/\(name)"
        } else {
            // One that has programs has no groups below it with limits.
            guard let own = groups.first(where: { $0.hasPrefix("0::/") })?.dropFirst(3) else {
                throw CocoaError(.featureUnsupported)
            }
            isUnified = true
            folder = "/sys/fs/cgroup\(own[..<(own.lastIndex(of: "/") ?? own.startIndex)])/\(name)"
        }
        guard unsafe mkdir(folder, 0o755) == 0 else { throw CocoaError(.fileWriteNoPermission) }
        do {
            try write(String(limit), to: isUnified ? "memory.max" : "memory.limit_in_bytes")
            try write("0", to: isUnified ? "memory.swap.max" : "memory.swappiness")
        } catch {
            unsafe rmdir(folder)
            throw error
        }
    }

    /// Nobody is in it any more.
    deinit { unsafe rmdir(folder) }

    /// What goes before a program's command line. Of version 1 the program is shown the limit as version 2 would have it.
    func entrance(in home: URL) throws -> String {
        let script = home.appending(path: "limited").path
        let shown =
            isUnified
            ? ""
            : """
            own=/sys/fs/cgroup/$(sed -n 's/^0:://p' /proc/self/cgroup)
            mount -t tmpfs tmpfs /sys/fs/cgroup
            mkdir -p "$own"
            echo \(limit) >"$own/memory.max"

            """
        let text = """
            set -e
            echo $$ >\(folder)/cgroup.procs
            \(shown)exec "$@"
            """
        try Data(text.utf8).write(to: URL(filePath: script))
        return isUnified ? "sh \(script)" : "unshare --mount sh \(script)"
    }

    /// How often it has ended a program.
    var kills: Int {
        let text = read(isUnified ? "memory.events" : "memory.oom_control")
        return text.firstMatch(of: /oom_kill ([0-9]+)/).flatMap { Int($0.1) } ?? 0
    }

    /// What its programs have of their own now, without files that may be read again.
    var ownBytes: Int {
        let text = read("memory.stat")
        return text.firstMatch(of: isUnified ? /(?m)^anon ([0-9]+)/ : /(?m)^rss ([0-9]+)/).flatMap { Int($0.1) } ?? 0
    }

    private func read(_ name: String) -> String { (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? "" }

    private func write(_ text: String, to name: String) throws {
        guard FileManager.default.fileExists(atPath: "\(folder)/\(name)") else { throw CocoaError(.featureUnsupported) }
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
    }
}
