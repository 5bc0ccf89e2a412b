import Foundation
import JSON
import TestSupport
import Testing

/// A client of another language. It ends with this value.
final class ReadEventClient {
    enum Kind: CaseIterable {
        /// A socket and nothing else, with the token where the document has it.
        case raw
        /// The Python package websockets, which makes that header itself, and sends it twice when it is given another.
        case secondKey
        case subjectToken
        case bearer

        fileprivate var header: String {
            switch self {
            case .raw, .secondKey: "Sec-WebSocket-Key"
            case .subjectToken: "X-Subject-Token"
            case .bearer: "Authorization"
            }
        }

        fileprivate var program: [String] {
            let folder = URL(filePath: #filePath).deletingLastPathComponent().path
            return self == .raw ? ["python3", "\(folder)/ReadEventRawClient.py"] : ["\(folder)/ReadEventLibraryClient.sh"]
        }
    }

    private let process = Process()
    private let input = Pipe()
    private let output: URL
    private var taken = 0

    /// Connects, and waits for the outcome, which is the first line: `open`, or `refused` and a status.
    init(_ kind: Kind, _ url: String, token: String, folder: URL) async throws {
        output = folder.appending(path: "client-\(UUID().uuidString.prefix(8))")
        try Data().write(to: output)
        let log = try FileHandle(forWritingTo: output)
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = kind.program + [url, kind.header, kind == .bearer ? "Bearer \(token)" : token]
        process.standardInput = input
        process.standardOutput = log
        process.standardError = log
        try process.run()
    }

    deinit { process.terminate() }

    func send(_ text: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data("\(text)\n".utf8))
    }

    /// The next line that it prints.
    func next(sourceLocation: SourceLocation = #_sourceLocation) async throws -> String {
        let line = try await eventually("the client's next line", sourceLocation: sourceLocation) {
            let text = String(decoding: try Data(contentsOf: self.output), as: UTF8.self)
            // The last piece is no line yet.
            return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().dropFirst(self.taken).first
        }
        taken += 1
        return String(line)
    }

    /// The next text, as JSON.
    func nextText(sourceLocation: SourceLocation = #_sourceLocation) async throws -> JSONValue {
        let line = try await next(sourceLocation: sourceLocation)
        do { return try JSONValue(parsing: line) } catch {
            Issue.record("not JSON: \(line)", sourceLocation: sourceLocation)
            throw error
        }
    }

    /// Subscribes, and expects that to be granted.
    func subscribe(_ devices: [String], sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let request: JSONValue = ["requestID": "r1", "requestType": 1, "deviceID": .array(devices.map { .string($0) })]
        try send(request.text)
        let answer = try await nextText(sourceLocation: sourceLocation)
        #expect(answer == ["responseID": "r1", "code": "0", "msg": "SUCCESS"], sourceLocation: sourceLocation)
    }
}
