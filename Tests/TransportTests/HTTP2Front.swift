import FaultProxy
import Foundation
import Glibc

/// nghttpx, which speaks HTTP/2 over TLS in front of a `TestServer`; it ends with this value.
final class HTTP2Front: Sendable {
    private static let program = "/usr/sbin/nghttpx"
    static var isInstalled: Bool { unsafe access(program, X_OK) == 0 }

    let port: Int
    private let process = Process()
    /// Ends it when this process ends, however that does.
    private let lifeline = Pipe()

    /// Away from the main queue, whose timing the tests watch.
    @concurrent static func start(before server: TestServer, _ certificates: TestCertificates) async throws -> HTTP2Front {
        // The port may be taken, though hardly five times in a row.
        for _ in 0..<4 {
            if let front = try? HTTP2Front(server, certificates) { return front }
        }
        return try HTTP2Front(server, certificates)
    }

    private init(_ server: TestServer, _ certificates: TestCertificates) throws {
        let log = Pipe()
        let port = try Socket.listening().port
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", #""$@" & read -r _; kill $!"#, "sh", Self.program,
            "--conf=/dev/null", "--frontend=127.0.0.1,\(port)", "--backend=127.0.0.1,\(server.port)", "--single-process",
            "--no-ocsp", certificates.key("server"), certificates.file("server"),
        ]
        process.standardInput = lifeline
        process.standardError = log
        try process.run()
        var text = ""
        while !text.contains("Listening on"), let bytes = try log.fileHandleForReading.read(upToCount: 1), !bytes.isEmpty {
            text += String(decoding: bytes, as: UTF8.self)
        }
        guard text.contains("Listening on") else { throw CocoaError(.executableLoad) }
        self.port = port
    }

    func stop() { try? lifeline.fileHandleForWriting.close() }

    deinit { stop() }
}
