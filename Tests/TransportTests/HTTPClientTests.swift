import Foundation
import Kernel
import PlatformAPI
import Testing

@testable import Transport

@MainActor struct HTTPClientTests {
    private let server: TestServer
    private let client: HTTPClient

    init() async throws {
        server = try await TestServer.shared.value
        client = HTTPClient(epoll: try InnerEpoll())
    }

    private func request(
        _ path: String, of server: TestServer? = nil, body: [UInt8] = [], timeout: Duration = .seconds(20),
        stall: Duration = .seconds(20),
        total: Duration? = nil
    ) -> HTTPRequest {
        HTTPRequest(
            url: "http://127.0.0.1:\((server ?? self.server).port)/\(path)", contentType: "text/plain", body: body,
            timeout: timeout,
            stall: stall, total: total)
    }

    private func failure(_ request: HTTPRequest) async throws -> ExchangeFailure {
        let exchange = await client.post(request)
        return try #require(throws: ExchangeFailure.self) { try exchange.result.get() }
    }

    @Test("what is posted arrives, and the reply comes back")
    func echo() async throws {
        let body = [UInt8](0...255)
        let exchange = await client.post(request("echo", body: body))
        #expect(try exchange.result.get() == HTTPResponse(status: 200, contentType: "application/json"))
        #expect(exchange.body == body)
    }

    @Test("an empty body is a POST too")
    func emptyBody() async throws {
        let exchange = await client.post(request("echo"))
        #expect(try exchange.result.get().status == 200)
        #expect(exchange.body.isEmpty)
    }

    @Test("the request carries its headers, asks for gzip and does not wait for '100 Continue'")
    func headers() async throws {
        var request = request("headers", body: [UInt8](repeating: 0, count: 2_000_000))
        request.headers = [("X-Subject-Token", "secret")]
        let text = String(decoding: await client.post(request).body, as: UTF8.self).lowercased()
        #expect(text.contains("x-subject-token: secret\r\n"))
        #expect(text.contains("content-type: text/plain\r\n"))
        #expect(text.contains("accept-encoding: gzip, deflate\r\n"))
        #expect(!text.contains("expect:"))
    }

    @Test("the end is never reported before send returns")
    func asynchronousEnd() async {
        var hasReturned = false
        let reportedAfterReturn = await withCheckedContinuation { continuation in
            client.send(HTTPRequest(url: "http://", contentType: "", body: [], timeout: .seconds(5), stall: .seconds(5))) { _ in
                .proceed
            } onEnd: { _ in
                continuation.resume(returning: hasReturned)
            }
            hasReturned = true
        }
        #expect(reportedAfterReturn)
    }

    @Test("16 slow requests at once each have a connection, and the next 16 use those")
    func manyAtOnce() async throws {
        let first = await Set(client.post(request("together/16"), times: 16).map(\.text))
        #expect(first.count == 16)
        #expect(await Set(client.post(request("together/16"), times: 16).map(\.text)) == first)
    }

    @Test("a server that is slow on a connection just made costs no further connection")
    func slowOnNewConnection() async throws {
        let server = try await TestServer.start()
        async let other = client.post(request("connection/300", of: server))
        #expect(try await failure(request("silence", of: server, timeout: .milliseconds(150))).kind == .timeout)
        let first = await other.body
        #expect(await client.post(request("connection", of: server)).body == first)
    }

    @Test("hundreds of requests, four at a time, share four connections")
    func keepAlive() async throws {
        func hundred() async throws -> Set<String> {
            var seen: Set<String> = []
            for _ in 0..<100 {
                let exchange = await client.post(request("connection"))
                _ = try exchange.result.get()
                seen.insert(String(decoding: exchange.body, as: UTF8.self))
            }
            return seen
        }
        async let first = hundred(), second = hundred(), third = hundred(), fourth = hundred()
        let connections = try await first.union(second).union(third).union(fourth)
        #expect((1...4).contains(connections.count))
    }

    @Test("gzip is undone")
    func gzip() async throws {
        let exchange = await client.post(request("gzip"))
        #expect(try exchange.result.get().status == 200)
        #expect(exchange.body == [UInt8](String(repeating: "0123456789", count: 10000).utf8))
    }

    @Test(
        "a long reply comes a little each turn, at 16 MB/s at most, be it compressed or not",
        arguments: ["chunked/1024", "bomb/1"])
    func bulk(how: String) async throws {
        var request = request(how)
        request.isBulk = true
        let start = ContinuousClock.now
        let exchange = await client.post(request)
        #expect(try exchange.result.get().status == 200)
        #expect(exchange.body.count == 1024 * 1024)
        #expect(exchange.mostInOneTurn <= 32 * 1024)
        #expect(ContinuousClock.now - start > .milliseconds(exchange.body.count / 16384 - 20))
    }

    @Test("what claims to be gzip and is not, is a failure")
    func notGzip() async throws {
        #expect(try await failure(request("not-gzip")).kind == .undecodable)
    }

    @Test("what is small and decompresses to much is given up", arguments: [false, true])
    func bomb(isBulk: Bool) async throws {
        var request = request("bomb/50")
        request.isBulk = isBulk
        let exchange = await client.post(request)
        let failure = try #require(throws: ExchangeFailure.self) { try exchange.result.get() }
        #expect(failure.kind == .undecodable)
        #expect(failure.text.contains("grows more than 100 times when it is decompressed"))
        #expect(exchange.body.count <= 6 << 20)
    }

    @Test("a large body comes in small pieces")
    func streaming() async throws {
        let exchange = await client.post(request("chunked/4096"))
        #expect(try exchange.result.get().status == 200)
        #expect(exchange.body.count == 4096 * 1024)
        #expect(exchange.largestPiece <= 16384)
    }

    @Test("a reader that has seen enough ends the exchange")
    func readerAborts() async throws {
        let exchange = await client.post(request("chunked/100000"), verdict: .abort)
        #expect(throws: ExchangeFailure.self) { try exchange.result.get() }
        #expect(exchange.body.count <= 16384)
    }

    @Test("another status than 200 is told, and its body left out")
    func status() async throws {
        let exchange = await client.post(request("status/503"))
        #expect(try exchange.result.get().status == 503)
        #expect(exchange.body.isEmpty)
    }

    @Test("an error page without end is given up, and its status told")
    func endlessErrorPage() async throws {
        #expect(try await client.post(request("endless-error")).result.get().status == 500)
    }

    @Test("a redirect is not followed, and its target named")
    func redirect() async throws {
        let failure = try await failure(request("redirect"))
        #expect(failure.kind == .status)
        #expect(failure.text.contains("redirected (302) to http://login.invalid/portal; check platform.base_url"))
    }

    @Test("a connection that breaks is a failure, however it breaks", arguments: ["cut", "close", "reset"])
    func broken(how: String) async throws {
        let failure = try await failure(request(how))
        #expect(failure.kind == .connection && failure.mayHaveArrived)
        #expect(failure.text.hasPrefix("127.0.0.1:\(server.port): connection broken"))
    }

    @Test("what is not HTTP is told apart from a bad connection")
    func garbage() async throws {
        let failure = try await failure(request("garbage"))
        #expect(failure.kind == .undecodable)
        #expect(failure.text.contains("does not answer in proper HTTP"))
    }

    @Test("a server that never answers runs into the timeout")
    func silence() async throws {
        let failure = try await failure(request("silence", timeout: .seconds(3)))
        var expected = ExchangeFailure(
            .timeout, "127.0.0.1:\(server.port): connected, no reply in 3 s; check the platform")
        expected.mayHaveArrived = true
        #expect(failure == expected)
    }

    @Test("a reply that came in time counts, though the loop was held up and saw it late")
    func loopHeldUp() async throws {
        _ = await client.post(request("echo"))
        DispatchQueue.main.asyncAfter(deadline: .now() + .milliseconds(50)) { usleep(3_500_000) }
        let exchange = await client.post(request("connection/300", timeout: .seconds(3)))
        #expect(try exchange.result.get().status == 200)
    }

    @Test("a reply that stops runs into the stall limit, not the timeout")
    func stall() async throws {
        let failure = try await failure(request("stall", stall: .milliseconds(200)))
        #expect(failure.kind == .timeout)
        #expect(failure.text.contains("the reply stopped for 200 ms"))
    }

    @Test("a body may take longer than timeout and stall while it flows")
    func slowBody() async throws {
        let exchange = await client.post(request("drip/1000", timeout: .seconds(8), stall: .seconds(8)))
        #expect(try exchange.result.get().status == 200)
        #expect(exchange.body.count == 10)
    }

    @Test("but not longer than the total")
    func total() async throws {
        let failure = try await failure(request("drip/3000", total: .seconds(8)))
        #expect(failure.kind == .timeout)
        #expect(failure.text.contains("no complete reply in 8 s"))
    }

    @Test("a cancelled exchange is heard of no more, and the others go on")
    func cancel() async throws {
        var calls = 0
        let id = client.send(request("connection/50")) { _ in
            calls += 1; return .proceed
        } onEnd: { _ in
            calls += 1
        }
        client.cancel(id)
        client.cancel(id)
        #expect(try await client.post(request("connection/200")).result.get().status == 200)
        #expect(calls == 0)
    }

    @Test("a new exchange may start from the end of another")
    func sendFromEnd() async throws {
        let status = await withCheckedContinuation { continuation in
            client.send(request("echo")) { _ in
                .proceed
            } onEnd: { [client] _ in
                client.send(request("status/404")) { _ in
                    .proceed
                } onEnd: {
                    continuation.resume(returning: try? $0.get().status)
                }
            }
        }
        #expect(status == 404)
    }

    @Test("letting go of the client with exchanges under way closes its connections")
    func release() async throws {
        let epoll = try InnerEpoll()
        weak var released: HTTPClient?
        do {
            let client = HTTPClient(epoll: epoll)
            released = client
            _ = await client.post(request("echo"))
            for _ in 0..<3 { client.sendInVain(request("silence")) }
            _ = await client.post(request("echo"))
        }
        #expect(released == nil)
        #expect(epoll.count == 0)
    }

    @Test("connections from before a timeout are not used again: after a tunnel they are dead without a word")
    func deadConnections() async throws {
        let server = try await TestServer.start()
        async let first = client.post(request("connection/100", of: server))
        async let second = client.post(request("connection/100", of: server))
        #expect(await Set([first.body, second.body]).count == 2)
        #expect(try await client.post(request("deafen", of: server)).result.get().status == 200)
        #expect(try await failure(request("echo", of: server, timeout: .milliseconds(200))).kind == .timeout)
        let exchange = await client.post(request("connection", of: server))
        #expect(String(decoding: exchange.body, as: UTF8.self) == "3")
    }
}

/// Addresses at which nobody answers.
@MainActor struct HTTPClientConnectionTests {
    private func failure(_ url: String, timeout: Duration = .seconds(20)) async throws -> ExchangeFailure {
        let client = HTTPClient(epoll: try InnerEpoll())
        let exchange = await client.post(
            HTTPRequest(url: url, contentType: "text/plain", body: [1], timeout: timeout, stall: .seconds(20)))
        return try #require(throws: ExchangeFailure.self) { try exchange.result.get() }
    }

    @Test("a port at which nobody listens")
    func refused() async throws {
        let failure = try await failure("http://127.0.0.1:1/hw")
        #expect(
            failure
                == ExchangeFailure(
                    .connection,
                    "127.0.0.1:1: connection refused; check that the platform runs, and platform.base_url"))
    }

    @Test("a name without an address is told as such, without what the URL says of user and password")
    func unknownName() async throws {
        let failure = try await failure("http://user:password@nonexistent.invalid/hw", timeout: .seconds(2))
        #expect(failure.text.hasPrefix("DNS: "))
        #expect(failure.text.contains("nonexistent.invalid"))
        #expect(!failure.text.contains("password"))
    }

    @Test("a host that drops what is sent to it")
    func blackHole() async throws {
        let server = try await TestServer.start(["--full"])
        let failure = try await failure("http://127.0.0.1:\(server.port)/hw", timeout: .milliseconds(300))
        #expect(
            failure
                == ExchangeFailure(
                    .timeout,
                    "127.0.0.1:\(server.port): no connection in 300 ms; check the mobile network, firewalls and platform.base_url"
                ))
    }

    @Test("what is not a URL of ours", arguments: ["", "http://", "ftp://127.0.0.1/hw", "file:///etc/passwd", "http://a b/"])
    func notAURL(url: String) async throws {
        let failure = try await failure(url)
        #expect(failure.kind == .connection)
        #expect(failure.text.contains("check platform.base_url"))
    }
}
