import Base
import Kernel
import PlatformAPI
import Testing

@testable import Transport

/// Debian 12 has libcurl 7.88 with OpenSSL 3.0, Debian 13 libcurl 8.14 with OpenSSL 3.5, which takes an end of the connection that TLS
/// did not announce for a failure.
@Suite("However a TLS connection ends") @MainActor struct TLSEndTests {
    nonisolated enum Framing: String, CaseIterable { case length, chunks, none, old }
    nonisolated enum End: String, CaseIterable { case notify, bare, late, half, reset }
    nonisolated static let versions = ["TLSv1_2", "TLSv1_3"]

    /// Servers that know no newer version.
    private nonisolated static let servers = Dictionary(
        uniqueKeysWithValues: versions.map { version in (version, Task { try await server("--newest", version) }) })

    private let certificates: TestCertificates

    init() async throws {
        certificates = try await TestCertificates.shared.value
    }

    private nonisolated static func server(_ options: String...) async throws -> TestServer {
        let certificates = try await TestCertificates.shared.value
        return try await TestServer.start(
            ["--certificate", certificates.file("server"), "--key", certificates.key("server")] + options)
    }

    /// A fetch of the card list from a server that behaves as `path` says.
    private func list(
        _ path: String, _ server: TestServer
    ) async throws -> (Result<PlatformReply, ExchangeFailure>, host: String) {
        let host = "127.0.0.1:\(server.port)"
        let (outcomes, continuation) = AsyncStream.makeStream(of: Result<PlatformReply, ExchangeFailure>.self)
        let client = PlatformClient(
            format: WireFormat(baseURL: "https://\(host)/\(path)", deviceID: "VLD0001", softwareVersion: 10000),
            http: HTTPClient(tls: TLSFiles(authorities: certificates.file("authority")), epoll: try InnerEpoll()),
            stall: .seconds(20)
        ) { _, outcome in continuation.yield(outcome) }
        client.send(
            ExchangeID(number: 1),
            PlatformRequest(
                requestID: UniqueID(high: 1, low: 2), content: .fullCardList(token: "secret", enterpriseID: nil),
                timeout: .seconds(20)))
        var iterator = outcomes.makeAsyncIterator()
        let outcome = try #require(await iterator.next())
        return withExtendedLifetime((server, client)) { (outcome, host) }
    }

    private func isWhole(_ outcome: Result<PlatformReply, ExchangeFailure>) -> Bool {
        if case .success(.list(let list)) = outcome { list.version == "7" } else { false }
    }

    @Test("a whole reply is read as whole, with and without a length", arguments: versions, Framing.allCases)
    func whole(version: String, framing: Framing) async throws {
        let server = try #require(await Self.servers[version]?.value)
        for end in End.allCases where end != .reset {
            let (outcome, _) = try await list("end/\(framing)-whole-\(end)", server)
            #expect(isWhole(outcome), "\(end): \(outcome)")
        }
    }

    @Test("a reply that is cut off is none", arguments: versions, Framing.allCases)
    func cut(version: String, framing: Framing) async throws {
        let server = try #require(await Self.servers[version]?.value)
        for end in End.allCases {
            let (outcome, host) = try await list("end/\(framing)-cut-\(end)", server)
            let failure = try #require(throws: ExchangeFailure.self, "\(end)") { try outcome.get() }
            switch framing {
            case .length, .chunks:
                #expect(failure.kind == .connection, "\(end)")
                #expect(failure.text.hasPrefix("\(host): connection broken ("), "\(end): \(failure)")
            case .none, .old:
                // What the end leaves open the reply itself tells; a reset is told by the system.
                #expect(failure.kind == (end == .reset ? .connection : .undecodable), "\(end): \(failure)")
            }
        }
    }

    @Test("a reset leaves a whole reply or none", arguments: versions, Framing.allCases)
    func reset(version: String, framing: Framing) async throws {
        let server = try #require(await Self.servers[version]?.value)
        let (outcome, _) = try await list("end/\(framing)-whole-reset", server)
        if case .failure(let failure) = outcome {
            #expect(failure.kind == .connection)
        } else {
            #expect(isWhole(outcome))
        }
    }

    @Test("a server that asks for a second handshake gets it")
    func renegotiation() async throws {
        #expect(isWhole(try await list("list", Self.server("--renegotiates")).0))
    }

    @Test("a server without TLS 1.2 is told from a broken connection")
    func outdated() async throws {
        let (outcome, host) = try await list("list/1", Self.server("--newest", "TLSv1_1"))
        let failure = try #require(throws: ExchangeFailure.self) { try outcome.get() }
        #expect(failure.kind == .connection)
        #expect(failure.text.hasPrefix("TLS: \(host) has no version from TLS 1.2 on ("), "\(failure)")
    }

    @Test("a server that ends the connection in the handshake")
    func hangUp() async throws {
        let (outcome, host) = try await list("list/1", Self.server("--hangs-up"))
        let failure = try #require(throws: ExchangeFailure.self) { try outcome.get() }
        #expect(failure.kind == .connection)
        #expect(failure.text.hasPrefix("TLS: \(host) ended the connection in the handshake; "), "\(failure)")
    }
}
