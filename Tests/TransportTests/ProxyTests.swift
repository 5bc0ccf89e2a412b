import Fares
import Foundation
import Kernel
import Testing

@testable import Transport

/// Each test is a process of its own, since the environment belongs to a whole process.
struct ProxyTests {
    /// What came of one exchange, in a form that leaves the main actor.
    struct Outcome: Sendable {
        var status: Int?
        var hasCertificate = false
        var failure = ""
    }

    @MainActor private static func exchange(
        _ url: String, tls: TLSFiles = TLSFiles(), timeout: Duration = .seconds(20), environment: [String: String]
    ) async throws -> Outcome {
        for (name, value) in environment {
            let isSet = unsafe setenv(name, value, 1) == 0
            try #require(isSet)
        }
        let client = HTTPClient(tls: tls, epoll: try InnerEpoll())
        let exchange = await client.post(
            HTTPRequest(url: url, contentType: "text/plain", body: [1], timeout: timeout, stall: .seconds(20)))
        switch exchange.result {
        case .success(let response): return Outcome(status: response.status, hasCertificate: response.serverCertificate != nil)
        case .failure(let failure): return Outcome(failure: failure.text)
        }
    }

    @Test("http_proxy is sent the whole request")
    func plain() async {
        await #expect(processExitsWith: .success) {
            let proxy = try await TestServer.start()
            let outcome = try await ProxyTests.exchange(
                "http://platform.invalid/echo", environment: ["http_proxy": "http://127.0.0.1:\(proxy.port)"])
            #expect(outcome.status == 200)
        }
    }

    @Test("https_proxy is asked for a tunnel, in which the platform's certificate counts")
    func tunnel() async {
        await #expect(processExitsWith: .success) {
            let certificates = try await TestCertificates.shared.value
            let platform = try await TestServer.start(
                ["--certificate", certificates.file("server"), "--key", certificates.key("server")])
            let proxy = try await TestServer.start()
            let outcome = try await ProxyTests.exchange(
                "https://platform.invalid:\(platform.port)/echo", tls: TLSFiles(authorities: certificates.file("authority")),
                environment: ["https_proxy": "127.0.0.1:\(proxy.port)"])
            #expect(outcome.status == 200)
            #expect(outcome.hasCertificate)
        }
    }

    @Test("no_proxy names the hosts that are reached directly")
    func exempt() async {
        await #expect(processExitsWith: .success) {
            let server = try await TestServer.start()
            let outcome = try await ProxyTests.exchange(
                "http://127.0.0.1:\(server.port)/echo",
                environment: ["http_proxy": "http://127.0.0.1:1", "no_proxy": "other.invalid,127.0.0.1"])
            #expect(outcome.status == 200)
        }
    }

    @Test("a proxy that does not run is named, its password is not")
    func refused() async {
        await #expect(processExitsWith: .success) {
            let text = try await ProxyTests.exchange(
                "https://platform.invalid/hw", environment: ["https_proxy": "http://user:password@127.0.0.1:1/"]
            ).failure
            #expect(text.hasPrefix("the proxy 127.0.0.1:1: no connection ("))
            #expect(text.hasSuffix("; check that it runs, and https_proxy in the service's environment"))
            #expect(!text.contains("password"))
        }
    }

    @Test("a proxy that refuses the platform says so")
    func forbidden() async {
        await #expect(processExitsWith: .success) {
            let proxy = try await TestServer.start()
            let text = try await ProxyTests.exchange(
                "https://forbidden.invalid/hw", environment: ["all_proxy": "http://127.0.0.1:\(proxy.port)"]
            ).failure
            #expect(text.hasPrefix("the proxy 127.0.0.1:\(proxy.port) gives no connection to forbidden.invalid ("))
            #expect(text.contains("403"))
            #expect(text.hasSuffix("; check the proxy and all_proxy in the service's environment"))
        }
    }

    @Test("a proxy without an address")
    func unknown() async {
        await #expect(processExitsWith: .success) {
            let text = try await ProxyTests.exchange(
                "https://platform.invalid/hw", timeout: .seconds(5), environment: ["https_proxy": "http://proxy.invalid:3128"]
            ).failure
            #expect(text.hasPrefix("DNS: "))
            #expect(text.contains("proxy.invalid:3128") || text.contains("in 5 s"))
        }
    }

    @Test("a proxy that swallows everything")
    func blackHole() async {
        await #expect(processExitsWith: .success) {
            let proxy = try await TestServer.start(["--full"])
            let text = try await ProxyTests.exchange(
                "https://platform.invalid/hw", timeout: .milliseconds(300),
                environment: ["https_proxy": "http://127.0.0.1:\(proxy.port)"]
            ).failure
            #expect(
                text == """
                    platform.invalid: no connection in 300 ms; check the mobile network, the proxy 127.0.0.1:\(proxy.port) \
                    (https_proxy), firewalls and platform.base_url
                    """)
        }
    }
}
