import Foundation
import TestSupport
import Testing

@testable import WebSocket

@Suite("WebSocket through TLS", .timeLimit(.minutes(5)))
struct TLSTests {
    private let folder = TemporaryFolder()

    private func path(_ name: String) -> String { folder.path(name) }

    /// Makes `name.pem` and `name.key`.
    private func certificate(_ name: String) throws -> ServerIdentity {
        let files = ServerIdentity(certificate: path("\(name).pem"), key: path("\(name).key"))
        let process = try Self.openssl(
            "req", "-x509", "-days", "2", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=box",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", files.key, "-out", files.certificate)
        process.waitUntilExit()
        return files
    }

    private nonisolated static func openssl(_ arguments: String..., input: Pipe = Pipe(), output: Pipe? = nil) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardInput = input
        process.standardOutput = output ?? FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// What a client gets for `bytes`, up to the end of the stream.
    private func exchange(_ port: UInt16, _ files: ServerIdentity, _ bytes: [UInt8], _ options: String...) async throws -> [UInt8]
    {
        try await RawClient.run {
            let (input, output) = (Pipe(), Pipe())
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments =
                [
                    "openssl", "s_client", "-quiet", "-verify_return_error", "-verify_ip", "127.0.0.1", "-CAfile",
                    files.certificate,
                ]
                + ["-connect", "127.0.0.1:\(port)"] + options
            process.standardInput = input
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            try input.fileHandleForWriting.write(contentsOf: Data(bytes))
            let answer = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return Array(answer)
        }
    }

    @Test("a conversation is the same as without it, with messages of several records", arguments: ["-tls1_3", "-tls1_2"])
    func conversation(_ version: String) async throws {
        let files = try certificate("server")
        let bench = try ServerBench(tls: files)
        let long = (0..<6000).map { "\($0) " }.joined()
        let bytes = Array(RawClient.upgrade.utf8) + clientText(long) + clientText("short") + clientFrame(0x88, [0x03, 0xE8])
        let answer = try await exchange(bench.port, files, bytes, version)
        let expected =
            UpgradeReply.accepted(key: Array("dGhlIHNhbXBsZSBub25jZQ==".utf8)) + FrameEncoder.frame(.text, Array(long.utf8))
            + FrameEncoder.frame(.text, Array("short".utf8)) + FrameEncoder.close(1000)
        #expect(answer == expected)
        try await bench.eventually { bench.closed.count == 1 && bench.epoll.count == 1 }
        bench.stop()
    }

    @Test("older versions, and what is no TLS at all, get no answer of ours")
    func others() async throws {
        let files = try certificate("server")
        let bench = try ServerBench(tls: files)
        let port = bench.port
        #expect(try await exchange(port, files, Array(RawClient.upgrade.utf8), "-tls1_1").isEmpty)
        let plain = try await RawClient.run {
            let client = try RawClient(port: port)
            client.send(RawClient.upgrade)
            return client.head()
        }
        #expect(!plain.hasPrefix("HTTP"))
        try await bench.eventually { bench.epoll.count == 1 }
        #expect(bench.opened.isEmpty)
        bench.stop()
    }

    @Test("who never finishes the handshake is cut in time")
    func halfHandshake() async throws {
        let bench = try ServerBench(tls: try certificate("server")) { $0.handshakeTime = .milliseconds(100) }
        let port = bench.port
        let rest = try await RawClient.run {
            let client = try RawClient(port: port)
            client.send([0x16, 0x03, 0x01, 0x01, 0x00, 0x01])
            return client.receive(100)
        }
        #expect(rest.isEmpty)
        bench.stop()
    }

    @Test("a new certificate holds for new connections, those that are open go on; with files that are none everything stays")
    func replaced() async throws {
        let (old, new) = (try certificate("old"), try certificate("new"))
        let bench = try ServerBench(tls: old)
        let request = Array(RawClient.upgrade.utf8) + clientFrame(0x88, [0x03, 0xE8])
        #expect(try await !exchange(bench.port, old, request).isEmpty)
        #expect(throws: WebSocketServerError.self) {
            try bench.server?.replaceIdentity(ServerIdentity(certificate: path("missing.pem"), key: new.key))
        }
        #expect(try await !exchange(bench.port, old, request).isEmpty)
        try bench.server?.replaceIdentity(new)
        #expect(try await !exchange(bench.port, new, request).isEmpty)
        #expect(try await exchange(bench.port, old, request).isEmpty)
        bench.stop()
    }

    @Test("a certificate or key that is missing, or that do not belong together, is an error that names the file")
    func badFiles() throws {
        let (one, other) = (try certificate("one"), try certificate("other"))
        let missing = path("missing.pem")
        for (files, expected) in [
            (ServerIdentity(certificate: missing, key: one.key), "TLS certificate \(missing): No such file or directory;"),
            (ServerIdentity(certificate: one.key, key: one.key), "TLS certificate \(one.key): no start line;"),
            (ServerIdentity(certificate: one.certificate, key: missing), "TLS key \(missing): No such file or directory;"),
            (ServerIdentity(certificate: one.certificate, key: other.key), "TLS key \(other.key): key values mismatch;"),
        ] {
            #expect { _ = try ServerBench(tls: files) } throws: { "\($0)".hasPrefix(expected) }
        }
    }
}
