import Foundation
import Glibc

/// What figures depend on, for the head of the output.
enum Machine {
    static var description: String {
        "\(processor), \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) processors; Linux \(release); \(fileSystem); load \(load)"
    }

    /// The load averages of the last 1, 5 and 15 minutes.
    static var load: String {
        text("/proc/loadavg").split(separator: " ").prefix(3).joined(separator: " ")
    }

    private static var processor: Substring {
        let line = text("/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").last?.drop { $0 == " " } ?? "unknown processor"
    }

    private static var release: Substring {
        text("/proc/sys/kernel/osrelease").prefix { !$0.isNewline }
    }

    /// Of the run's folder: its kind and its device.
    private static var fileSystem: String {
        let mounts = text("/proc/mounts").split(separator: "\n").map { $0.split(separator: " ") }
        let holding = mounts.filter { mount in
            mount.count > 2 && (mount[1] == "/" || Workplace.folder.hasPrefix(mount[1] + "/"))
        }
        guard let mount = holding.max(by: { $0[1].count < $1[1].count }) else { return "unknown file system" }
        return "\(mount[2]) on \(mount[0])"
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}
