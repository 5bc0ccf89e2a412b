import Foundation
import TestSupport

/// A certificate authority and what it signed, made by openssl(1).
final class TestCertificates: Sendable {
    static let shared = Task { try await TestCertificates.make() }

    private let folder: TemporaryFolder

    @concurrent private static func make() async throws -> TestCertificates {
        try TestCertificates()
    }

    private init() throws {
        folder = TemporaryFolder()
        for authority in ["authority", "stranger"] {
            try openssl(
                "req", "-x509", "-days", "2", "-subj", "/CN=\(authority)", "-keyout", key(authority), "-out", file(authority))
        }
        for (name, subject) in [
            ("server", "IP:127.0.0.1,DNS:platform.invalid"), ("misnamed", "DNS:elsewhere.invalid"), ("client", "DNS:box"),
        ] {
            try openssl(
                "req", "-x509", "-days", "2", "-subj", "/CN=\(name)", "-addext", "subjectAltName=\(subject)",
                "-addext", "basicConstraints=critical,CA:FALSE",
                "-CA", file("authority"), "-CAkey", key("authority"), "-keyout", key(name), "-out", file(name))
        }
        // A certificate that has ended, which req(1) refuses to make. OpenSSL takes both dates from 3.4 on; until then it takes an end
        // before the beginning.
        try openssl("req", "-new", "-subj", "/CN=expired", "-keyout", key("expired"), "-out", file("request"))
        let sign = [
            "x509", "-req", "-in", file("request"), "-CA", file("authority"), "-CAkey", key("authority"), "-out", file("expired"),
        ]
        do {
            try run(sign + ["-not_before", "20200101000000Z", "-not_after", "20200102000000Z"])
        } catch {
            try run(sign + ["-days", "-1"])
        }
    }

    func file(_ name: String) -> String { "\(folder.path)/\(name).pem" }
    func key(_ name: String) -> String { "\(folder.path)/\(name).key" }

    private func openssl(_ command: String...) throws {
        try run(command + ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"])
    }

    private func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    }
}
