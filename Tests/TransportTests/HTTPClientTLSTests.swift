import Foundation
import Kernel
import PlatformAPI
import Testing

@testable import Transport

@MainActor struct HTTPClientTLSTests {
    private typealias Outcome = (result: Result<HTTPResponse, ExchangeFailure>, address: String, body: String)

    private let certificates: TestCertificates

    init() async throws {
        certificates = try await TestCertificates.shared.value
    }

    private func exchange(
        server name: String = "server", path: String = "echo", clientsBy authority: String? = nil, tls: TLSFiles
    ) async throws -> Outcome {
        let clients = authority.map { ["--clients-by", certificates.file($0)] } ?? []
        let server = try await TestServer.start(
            ["--certificate", certificates.file(name), "--key", certificates.key(name)] + clients)
        let client = HTTPClient(tls: tls, epoll: try InnerEpoll())
        let address = "127.0.0.1:\(server.port)"
        let exchange = await client.post(
            HTTPRequest(
                url: "https://\(address)/\(path)", contentType: "text/plain", body: [1], timeout: .seconds(20),
                stall: .seconds(20)))
        return (exchange.result, address, exchange.text)
    }

    private func identity(_ name: String) -> TLSFiles.Identity {
        TLSFiles.Identity(certificate: certificates.file(name), key: certificates.key(name))
    }

    private func expectFailure(
        _ exchange: Outcome, _ text: (String) -> String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let failure = try #require(throws: ExchangeFailure.self, sourceLocation: sourceLocation) { try exchange.result.get() }
        #expect(failure.kind == .connection, sourceLocation: sourceLocation)
        #expect(failure.text.contains(text(exchange.address)), sourceLocation: sourceLocation)
    }

    @Test("a certificate signed by the CA file is trusted")
    func trusted() async throws {
        let exchange = try await exchange(tls: TLSFiles(authorities: certificates.file("authority")))
        #expect(try exchange.result.get().status == 200)
    }

    @Test("nothing older than TLS 1.2 is offered")
    func floor() async throws {
        let exchange = try await exchange(path: "tls-versions", tls: TLSFiles(authorities: certificates.file("authority")))
        #expect(try exchange.result.get().status == 200)
        #expect(exchange.body.split(separator: " ").sorted() == ["0303", "0304"])
    }

    @Test("one signed by another authority is not")
    func untrusted() async throws {
        let file = certificates.file("stranger")
        try expectFailure(await exchange(tls: TLSFiles(authorities: file))) {
            "TLS: certificate of \($0) is not trusted by CA file \(file); check platform.ca_file"
        }
    }

    @Test("nor does the system trust a private authority")
    func untrustedBySystem() async throws {
        try expectFailure(await exchange(tls: TLSFiles())) {
            "TLS: certificate of \($0) is not trusted by CA file /etc/ssl/certs; check platform.ca_file"
        }
    }

    @Test("a certificate for another host")
    func misnamed() async throws {
        try expectFailure(await exchange(server: "misnamed", tls: TLSFiles(authorities: certificates.file("authority")))) {
            "TLS: certificate of \($0) is for another name; check platform.base_url"
        }
    }

    @Test("a CA file that is not there")
    func missingAuthorities() async throws {
        try expectFailure(await exchange(tls: TLSFiles(authorities: "/nonexistent/ca.pem"))) { _ in
            "TLS: cannot read CA file /nonexistent/ca.pem; check platform.ca_file"
        }
    }

    @Test("mutual TLS: the box proves who it is")
    func mutual() async throws {
        let tls = TLSFiles(authorities: certificates.file("authority"), identity: identity("client"))
        #expect(try await exchange(clientsBy: "authority", tls: tls).result.get().status == 200)
    }

    @Test("mutual TLS without a client certificate")
    func mutualWithout() async throws {
        let tls = TLSFiles(authorities: certificates.file("authority"))
        try expectFailure(await exchange(clientsBy: "authority", tls: tls)) {
            "TLS: \($0) demands a client certificate; set platform.client_cert and platform.client_key"
        }
    }

    @Test("mutual TLS with a client certificate that the server does not trust")
    func mutualRefused() async throws {
        let tls = TLSFiles(authorities: certificates.file("authority"), identity: identity("client"))
        try expectFailure(await exchange(clientsBy: "stranger", tls: tls)) {
            "TLS: \($0) refuses the client certificate \(certificates.file("client"))"
        }
    }

    @Test("mutual TLS with a client certificate that has expired")
    func mutualExpired() async throws {
        let tls = TLSFiles(authorities: certificates.file("authority"), identity: identity("expired"))
        let file = certificates.file("expired")
        try expectFailure(await exchange(clientsBy: "authority", tls: tls)) {
            "TLS: \($0) refuses the client certificate \(file) ("
        }
        try expectFailure(await exchange(clientsBy: "authority", tls: tls)) { _ in
            "; it has expired: put its successor in its place"
        }
    }

    @Test("a server whose certificate has expired")
    func expiredServer() async throws {
        try expectFailure(await exchange(server: "expired", tls: TLSFiles(authorities: certificates.file("authority")))) {
            "TLS: certificate of \($0) has expired or is not valid yet; check the box's clock, then the certificate"
        }
    }

    @Test("the exchange that makes a connection brings the server's certificate, the next on it does not")
    func serverCertificate() async throws {
        let server = try await TestServer.start([
            "--certificate", certificates.file("server"), "--key", certificates.key("server"),
        ])
        let client = HTTPClient(tls: TLSFiles(authorities: certificates.file("authority")), epoll: try InnerEpoll())
        let request = HTTPRequest(
            url: "https://127.0.0.1:\(server.port)/echo", contentType: "", body: [], timeout: .seconds(20), stall: .seconds(20))
        let pem = try String(contentsOfFile: certificates.file("server"), encoding: .utf8)
        let seen = try #require(await client.post(request).result.get().serverCertificate)
        #expect(seen.trimmingCharacters(in: .newlines) == pem.trimmingCharacters(in: .newlines))
        #expect(try await client.post(request).result.get().serverCertificate == nil)
    }

    @Test("a client key that does not belong to the certificate")
    func wrongKey() async throws {
        let mixed = TLSFiles.Identity(certificate: certificates.file("client"), key: certificates.key("server"))
        let tls = TLSFiles(authorities: certificates.file("authority"), identity: mixed)
        try expectFailure(await exchange(clientsBy: "authority", tls: tls)) { _ in
            "check platform.client_cert and platform.client_key"
        }
    }

    @Test("TLS spoken to a server that is not up to it")
    func notTLS() async throws {
        let server = try await TestServer.shared.value
        let client = HTTPClient(epoll: try InnerEpoll())
        // The server waits for the end of the line in vain.
        let exchange = await client.post(
            HTTPRequest(
                url: "https://127.0.0.1:\(server.port)/echo", contentType: "", body: [], timeout: .milliseconds(500),
                stall: .seconds(20)))
        let failure = try #require(throws: ExchangeFailure.self) { try exchange.result.get() }
        #expect(failure.kind == .timeout)
        #expect(failure.text.contains("no connection in 500 ms"))
    }
}
