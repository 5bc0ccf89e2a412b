import Foundation
import TestSupport
import Testing

@testable import validator_hub

/// The hub as a program of its own, which can be killed and ends with its owner; its database is in `folder`.
final class HubProgram {
    /// Where the build puts programs: the folder of this test's own executable.
    private static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "validator-hub")

    let process: Process
    /// As tests call it.
    let hub: TestHub

    /// Starts it, and waits until it takes requests.
    init(in folder: TemporaryFolder) async throws {
        let configuration = try Self.configuration(in: folder)
        let log = try folder.write("hub.log", "")
        process = Process()
        process.executableURL = Self.program
        process.arguments = ["--config", configuration]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle(forWritingAtPath: log)
        try process.run()
        let port = try await eventually("the hub listens") {
            let text = try String(contentsOfFile: log, encoding: .utf8)
            return try /listening on 127.0.0.1:([0-9]+)/.firstMatch(in: text).flatMap { Int($0.output.1) }
        }
        hub = TestHub(configuration: folder.configuration, port: port)
    }

    deinit { if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) } }

    /// Ends it on the spot, and waits until it is gone.
    func kill() async throws {
        Glibc.kill(process.processIdentifier, SIGKILL)
        // Not `waitUntilExit`, which keeps a thread that other tests need.
        try await eventually("the end of the hub") { !process.isRunning }
    }

    @discardableResult
    static func configuration(in folder: TemporaryFolder) throws -> String {
        try folder.write(
            "hub.toml",
            """
            [server]
            listen = "127.0.0.1:0"
            [database]
            path = "\(folder.path("hub.db"))"
            min_free_mb = 0
            [devices]
            authentication = "none"
            auto_register = true
            """)
    }

    /// Runs a command as a program of its own.
    /// - Returns: its exit code, and what it wrote to either stream.
    static func run(in folder: TemporaryFolder, _ arguments: String...) async throws -> (code: Int32, text: String) {
        let configuration = try Self.configuration(in: folder)
        let output = try folder.write("command.log", "")
        let code = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int32, any Error>) in
            let process = Process()
            process.executableURL = program
            process.arguments = arguments + ["--config", configuration]
            let file = FileHandle(forWritingAtPath: output)
            process.standardOutput = file
            process.standardError = file
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        return (code, try String(contentsOfFile: output, encoding: .utf8))
    }
}
