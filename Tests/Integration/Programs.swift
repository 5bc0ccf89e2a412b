import Foundation
import Testing

/// The programs under test, as the build made them.
enum Programs {
    /// The folder of the build's products: the one that holds this test's own executable.
    static let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path

    struct Result {
        var status: Int32
        /// Standard output and standard error.
        var output: String
    }

    /// Runs a program to its end. What it writes goes to `log`, and is returned.
    ///
    /// - Parameters:
    ///   - name: of one of ours, or a path.
    ///   - input: a file that it reads as its standard input; nil: nothing.
    static func run(
        _ name: String, _ arguments: [String], environment: [String: String] = [:], input: URL? = nil, log: URL
    ) async throws -> Result {
        try Data().write(to: log)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: name.hasPrefix("/") ? name : "\(folder)/\(name)")
        process.arguments = arguments
        var inherited = ProcessInfo.processInfo.environment
        // Debian keeps gpsd where an ordinary user's PATH does not look.
        inherited["PATH"] = (inherited["PATH"] ?? "") + ":/usr/sbin"
        process.environment = inherited.merging(environment) { $1 }
        process.standardInput = try input.map { try FileHandle(forReadingFrom: $0) } ?? FileHandle.nullDevice
        let output = try FileHandle(forWritingTo: log)
        process.standardOutput = output
        process.standardError = output
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
            } catch {
                continuation.resume(throwing: error)
            }
        }
        return Result(status: process.terminationStatus, output: String(decoding: try Data(contentsOf: log), as: UTF8.self))
    }
}
