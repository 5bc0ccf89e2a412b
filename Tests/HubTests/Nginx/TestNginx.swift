import Foundation
import OperatingSystem
import TestSupport

/// Debian's nginx with the packaged site in front of a hub, on ports of loopback and with certificates of a throw-away authority; it ends
/// with this value.
final class TestNginx: Sendable {
    private static let program = "/usr/sbin/nginx"
    static var isInstalled: Bool { unsafe access(program, X_OK) == 0 }

    let port: Int
    let plainPort: Int
    private let folder = TemporaryFolder()
    private let process = Process()
    /// Ends it when this process ends, however that does.
    private let lifeline = Pipe()

    /// - Parameter adapt: changes the site as an operator would.
    init(hubPort: Int, adapt: (inout String) -> Void = { _ in }) async throws {
        (port, plainPort) = (try Self.freePort(), try Self.freePort())
        try await elsewhere { [folder] in try Self.makeCertificates(in: folder) }.get()
        let site = try Self.site(folder, port: port, plainPort: plainPort, hubPort: hubPort, adapt)
        try folder.write("site", site)
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(folder.path($0));" }
        try folder.write(
            "nginx.conf",
            """
            daemon off; pid \(folder.path("pid")); error_log \(folder.path("error.log")) info; worker_processes 1;
            \(geteuid() == 0 ? "user root;" : "")
            events { }
            http { access_log off; \(temporary.joined(separator: " ")) include \(folder.path("site")); }
            """)
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", #""$@" & read -r _; kill $!"#, "sh", Self.program, "-p", folder.path, "-c", folder.path("nginx.conf"),
            "-e", folder.path("error.log"),
        ]
        process.standardInput = lifeline
        process.standardError = FileHandle.nullDevice
        try process.run()
        // Until it takes connections, or has said why it never will.
        while try await curl("http://127.0.0.1:\(plainPort)/").status == 0, !log.contains("[emerg]"), process.isRunning {
            try await Task.sleep(for: .milliseconds(50))
        }
        guard !log.contains("[emerg]") else { throw CocoaError(.executableLoad, userInfo: [NSLocalizedDescriptionKey: log]) }
    }

    /// Until it has ended, and with it its connections to the hub.
    func stop() async {
        try? lifeline.fileHandleForWriting.close()
        _ = await elsewhere { [process] in process.waitUntilExit() }
    }

    deinit { try? lifeline.fileHandleForWriting.close() }

    func file(_ name: String) -> String { folder.path(name) }

    var log: String { (try? String(contentsOfFile: folder.path("error.log"), encoding: .utf8)) ?? "" }

    struct Answer {
        /// 0 without a reply.
        var status: Int
        var version: String
        var headers: [String: String]
        var body: String
    }

    /// A request as curl(1) makes it.
    func curl(_ arguments: String...) async throws -> Answer { try await curl(list: arguments) }

    func curl(list arguments: [String]) async throws -> Answer {
        let authority = folder.path("authority.pem")
        return try await elsewhere { try Self.curl(arguments, authority) }.get()
    }

    private static func curl(_ arguments: [String], _ authority: String) throws -> Answer {
        let run = try ProgramRun(
            [
                "/usr/bin/curl", "--silent", "--include", "--http2", "--noproxy", "*", "--max-time", "30", "--cacert",
                authority, "--write-out", "\n%{http_version} %{http_code}",
            ] + arguments, timeLimit: .seconds(60), outputLimit: 1 << 20)
        var lines = String(decoding: run.output, as: UTF8.self).replacing("\r\n", with: "\n").split(
            separator: "\n", omittingEmptySubsequences: false)
        let end = lines.removeLast().split(separator: " ")
        var headers: [String: String] = [:]
        var body: [Substring] = lines
        if lines.first?.hasPrefix("HTTP/") ?? false {
            let head = lines.prefix { !$0.isEmpty }
            for line in head.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
            }
            body = Array(lines.dropFirst(head.count + 1))
        }
        return Answer(
            status: Int(end.last ?? "") ?? 0, version: String(end.first ?? ""), headers: headers,
            body: body.joined(separator: "\n"))
    }

    var url: String { "https://127.0.0.1:\(port)" }

    func identity(_ name: String) -> [String] {
        ["--cert", folder.path("\(name).pem"), "--key", folder.path("\(name).key")]
    }

    private static func site(
        _ folder: TemporaryFolder, port: Int, plainPort: Int, hubPort: Int, _ adapt: (inout String) -> Void
    ) throws -> String {
        let source = URL(filePath: #filePath).appending(path: "../../../../board/nginx/validator-hub").standardized
        var site = try String(contentsOf: source, encoding: .utf8)
        // Each must be there: a site in which one was not found would be another than the packaged one.
        for (old, new) in [
            ("    listen 80;\n    listen [::]:80;\n", "    listen 127.0.0.1:\(plainPort);\n"),
            ("    listen 443 ssl http2;\n    listen [::]:443 ssl http2;\n", "    listen 127.0.0.1:\(port) ssl http2;\n"),
            ("127.0.0.1:8080", "127.0.0.1:\(hubPort)"),
            ("/etc/validator-hub/tls/fullchain.pem", folder.path("server.pem")),
            ("/etc/validator-hub/tls/privkey.pem", folder.path("server.key")),
            (
                "    #ssl_client_certificate /etc/validator-hub/tls/boxes-ca.pem;\n    #ssl_verify_client",
                "    ssl_client_certificate \(folder.path("authority.pem"));\n    ssl_verify_client"
            ),
        ] {
            guard site.contains(old) else { throw CocoaError(.fileReadCorruptFile, userInfo: [NSLocalizedDescriptionKey: old]) }
            site.replace(old, with: new)
        }
        adapt(&site)
        return site
    }

    private static func makeCertificates(in folder: TemporaryFolder) throws {
        func openssl(_ arguments: String...) throws {
            let run = try ProgramRun(
                [
                    "/usr/bin/openssl", "req", "-x509", "-days", "30", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes",
                ]
                    + arguments, timeLimit: .seconds(60), outputLimit: 65536)
            guard run.ending == .exited(code: 0) else { throw CocoaError(.executableLoad) }
        }
        for authority in ["authority", "stranger"] {
            try openssl(
                "-subj", "/CN=\(authority)", "-keyout", folder.path("\(authority).key"), "-out", folder.path("\(authority).pem"))
        }
        for (name, subject, authority) in [
            ("server", "/CN=server", "authority"), ("box", "/O=Bus, and line/CN=VLD1", "authority"),
            ("tricky", "/CN=VLD3/O=x,CN=VLD2", "authority"), ("foreign", "/CN=VLD1", "stranger"),
        ] {
            try openssl(
                "-subj", subject, "-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE",
                "-CA", folder.path("\(authority).pem"), "-CAkey", folder.path("\(authority).key"),
                "-keyout", folder.path("\(name).key"), "-out", folder.path("\(name).pem"))
        }
    }

    /// One that nobody listens on just now.
    private static func freePort() throws -> Int {
        let socket = FileDescriptor(owning: Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(socket.raw, pointer, length) == 0 ? getsockname(socket.raw, pointer, &length) : -1
            }
        }
        guard code == 0 else { throw CocoaError(.fileReadUnknown) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

/// Work that waits, on a thread of its own: the few threads of tasks, whose turn the hub's answers need, are not held up.
func elsewhere<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async -> Result<Value, any Error> {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: Result { try work() }) }
    }
}
