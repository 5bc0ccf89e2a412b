import FaultProxy
import Foundation
import TestSupport
import Testing

/// The real hub as a program, on a port and a database that outlive it.
final class HubProcess: Sendable {
    /// Where the build puts programs: the folder of this test's own executable.
    private static let programs = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    private let folder: TemporaryFolder
    private let port: Int

    init(in folder: TemporaryFolder) throws {
        self.folder = folder
        port = try Socket.listening().port
        try folder.write(
            "hub.toml",
            """
            [server]
            listen = "127.0.0.1:\(port)"
            [database]
            path = "\(folder.path("hub.db"))"
            [devices]
            authentication = "none"
            auto_register = true
            """)
    }

    var url: String { "http://127.0.0.1:\(port)/api" }

    /// Starts it, and waits until it takes connections.
    func start() async throws -> Process {
        let process = try launch("validator-hub", ["--config", folder.path("hub.toml")], output: .nullDevice)
        try await eventually("the hub listens") { (try? Socket.connected(to: port)) != nil }
        return process
    }

    /// - Parameter rows: of a file of cards.
    func importCards(_ rows: String) async throws {
        let arguments = ["import-cards", try folder.write("cards.csv", rows), "--config", folder.path("hub.toml")]
        #expect(try await run("validator-hub", arguments, output: folder.path("imported")) == 0)
    }

    /// What it has stored, in a file as `--records` takes it.
    func records() async throws -> String {
        let path = try folder.write("records.json", "")
        let arguments = ["records", "--json", "--whole-codes", "--config", folder.path("hub.toml")]
        #expect(try await run("validator-hub", arguments, output: path) == 0)
        return path
    }

    /// Runs one of our programs to its end.
    /// - Returns: its exit code.
    func run(_ program: String, _ arguments: [String], output path: String) async throws -> Int32 {
        try folder.write((path as NSString).lastPathComponent, "")
        let output = try #require(FileHandle(forWritingAtPath: path))
        return try await withCheckedThrowingContinuation { continuation in
            do {
                let process = Process()
                process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
                try Self.launch(process, program, arguments, output: output)
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    private func launch(_ program: String, _ arguments: [String], output: FileHandle) throws -> Process {
        let process = Process()
        try Self.launch(process, program, arguments, output: output)
        return process
    }

    private static func launch(_ process: Process, _ program: String, _ arguments: [String], output: FileHandle) throws {
        process.executableURL = programs.appending(path: program)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
    }
}
