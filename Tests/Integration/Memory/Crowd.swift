import Foundation
import JSON
import TestSupport
import Testing

/// `crowd.py` as a child process, which ends with this value.
final class Crowd {
    let port: Int
    private let process = Process()
    private let orders = Pipe()
    private let answers: URL
    private var taken = 1

    init(in folder: URL) async throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "crowd.py").path
        let answers = folder.appending(path: "crowd.log")
        self.answers = answers
        try Data().write(to: answers)
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script, folder.path]
        process.standardInput = orders
        process.standardOutput = try FileHandle(forWritingTo: answers)
        try process.run()
        port = try await eventually("the crowd's platform listens") { Self.lines(answers).first.flatMap { Int($0) } }
    }

    deinit { process.terminate() }

    var baseURL: String { "http://127.0.0.1:\(port)/hw" }

    /// Has it carry out an order, and waits until it has. What it tells of it.
    @discardableResult
    func order(_ words: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> JSONValue {
        try orders.fileHandleForWriting.write(contentsOf: Data("\(words)\n".utf8))
        let line = try await eventually("the crowd has done: \(words)", within: .seconds(600), sourceLocation: sourceLocation) {
            try #require(self.process.isRunning, "the crowd has gone", sourceLocation: sourceLocation)
            return Self.lines(self.answers).dropFirst(self.taken).first
        }
        taken += 1
        return try JSONValue(parsing: String(line))
    }

    /// The last piece is no line yet.
    private static func lines(_ file: URL) -> ArraySlice<Substring> {
        let text = (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    }
}
