import Foundation
import TestSupport

/// `server.py` as a child process, which ends with this value.
final class TestServer: Sendable {
    /// For tests that do not mind each other's connections.
    static let shared = Task { try await TestServer.start() }

    let port: Int
    private let process = Process()
    private let lifeline = Pipe()

    /// Away from the main queue, whose timing the tests watch.
    @concurrent static func start(_ arguments: [String] = []) async throws -> TestServer {
        try TestServer(arguments)
    }

    private init(_ arguments: [String]) throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "server.py").path
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script] + arguments
        process.standardInput = lifeline
        process.standardOutput = output
        try process.run()
        var line = ""
        while !line.hasSuffix("\n"), let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty {
            line += String(decoding: byte, as: UTF8.self)
        }
        guard let port = Int(line.dropLast()) else { throw CocoaError(.executableLoad) }
        self.port = port
    }

    deinit { process.terminate() }
}
