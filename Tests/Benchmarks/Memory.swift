import Foundation

/// The memory of a process, from /proc (proc_pid_status(5)), in bytes.
struct Memory {
    private let folder: String

    init(of process: Int32) { folder = "/proc/\(process)" }

    static var own: Memory { Memory(of: ProcessInfo.processInfo.processIdentifier) }

    var resident: Int { bytes("status", "VmRSS:") }
    /// Since the start, or since `forgetPeak`.
    var peakResident: Int { bytes("status", "VmHWM:") }
    /// What is its own alone: not what it maps of programs and libraries.
    var anonymous: Int { bytes("smaps_rollup", "Anonymous:") }

    func forgetPeak() throws {
        try "5".write(toFile: "\(folder)/clear_refs", atomically: false, encoding: .utf8)
    }

    private func bytes(_ file: String, _ name: String) -> Int {
        let text = (try? String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
        return (kilobytes ?? 0) * 1024
    }
}

extension Int {
    var megabytes: Double { Double(self) / 1e6 }
}
