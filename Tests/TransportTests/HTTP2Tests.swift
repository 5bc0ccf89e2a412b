import Kernel
import PlatformAPI
import Testing

@testable import Transport

@Suite(.enabled(if: HTTP2Front.isInstalled, "nghttpx is not installed (Debian package nghttp2-proxy)"))
@MainActor struct HTTP2Tests {
    private let server: TestServer
    private let front: HTTP2Front
    private let epoll: InnerEpoll
    private let client: HTTPClient

    init() async throws {
        let certificates = try await TestCertificates.shared.value
        server = try await TestServer.start()
        front = try await HTTP2Front.start(before: server, certificates)
        epoll = try InnerEpoll()
        client = HTTPClient(tls: TLSFiles(authorities: certificates.file("authority")), epoll: epoll)
    }

    private func request(_ path: String, timeout: Duration = .seconds(20)) -> HTTPRequest {
        HTTPRequest(
            url: "https://127.0.0.1:\(front.port)/\(path)", contentType: "text/plain", body: [UInt8](path.utf8), timeout: timeout,
            stall: .seconds(20))
    }

    /// How many of some exchanges made a connection.
    private func connections(_ exchanges: [HTTPClient.Exchange]) -> Int {
        exchanges.count { (try? $0.result.get().serverCertificate) != nil }
    }

    @Test("16 exchanges at once share one connection, from the first on, and do not wait for each other")
    func multiplexing() async throws {
        let exchanges = await client.post(request("together/16"), times: 16)
        #expect(exchanges.allSatisfy { (try? $0.result.get().status) == 200 })
        #expect(connections(exchanges) == 1)
    }

    @Test("one that times out or is cancelled leaves the others alone")
    func independence() async throws {
        async let slow = client.post(request("drip/60"), times: 4)
        let id = client.sendInVain(request("silence"))
        let failed = await client.post(request("silence", timeout: .seconds(3)), times: 4)
        client.cancel(id)
        #expect(failed.allSatisfy { (try? $0.result.get()) == nil })
        #expect(await slow.allSatisfy { (try? $0.result.get().status) == 200 && $0.body.count == 10 })
    }

    @Test("after a timeout on a connection of before, new exchanges have a new one, while old ones end on the old")
    func distrust() async throws {
        _ = await client.post(request("echo"))
        async let old = client.post(request("drip/100"))
        _ = await client.post(request("silence", timeout: .milliseconds(200)))
        let new = await [client.post(request("echo")), client.post(request("echo"))]
        #expect(connections(new) == 1)
        #expect(try await old.result.get().status == 200)
        #expect(await connections([old]) == 0)
    }

    @Test("a stream that the server breaks is a failure, and the next exchange works", arguments: ["cut", "stall"])
    func broken(how: String) async throws {
        var request = request(how)
        request.stall = .milliseconds(300)
        let exchange = await client.post(request)
        #expect(throws: ExchangeFailure.self) { try exchange.result.get() }
        #expect(try await client.post(self.request("echo")).result.get().status == 200)
    }

    @Test("a long reply has a connection of its own, and comes whole, a little each turn, beside others")
    func bulk() async throws {
        async let others = client.post(request("gzip"), times: 8)
        var request = request("chunked/4096")
        request.isBulk = true
        let bulk = await client.post(request)
        #expect(try bulk.result.get().status == 200)
        #expect(bulk.body.count == 4096 * 1024)
        #expect(bulk.mostInOneTurn < 20 * 1024)
        #expect(connections([bulk]) == 1)
        #expect(await others.allSatisfy { $0.body.count == 100_000 })
        #expect(await connections(others) == 1)
    }

    @Test("hundreds of exchanges, 16 at a time, with replies of 64 KB, end well")
    func endurance() async throws {
        var request = request("echo")
        request.body = [UInt8](repeating: 7, count: 65536)
        for _ in 0..<40 {
            let ended = await client.post(request, times: 16)
            #expect(ended.allSatisfy { $0.body == request.body })
        }
    }

    @Test("a server that goes away fails all its exchanges, each once")
    func goesAway() async throws {
        async let ended = client.post(request("silence"), times: 16)
        _ = await client.post(request("echo"))
        front.stop()
        #expect(await ended.allSatisfy { (try? $0.result.get()) == nil })
        #expect(epoll.count == 0)
    }

    @Test("letting go of the client with exchanges under way closes the connection")
    func release() async throws {
        let epoll = try InnerEpoll()
        do {
            let client = HTTPClient(
                tls: TLSFiles(authorities: try await TestCertificates.shared.value.file("authority")), epoll: epoll)
            for _ in 0..<3 { client.sendInVain(request("silence")) }
            _ = await client.post(request("echo"))
            #expect(epoll.count == 1)
        }
        #expect(epoll.count == 0)
    }
}
