import Base
import Glibc
import OperatingSystem
import Testing

@testable import WebSocket

@Suite("the WebSocket server", .timeLimit(.minutes(5)))
struct WebSocketServerTests {
    @Test("opens a connection, answers messages and pings, and returns a goodbye")
    func conversation() async throws {
        let bench = try ServerBench()
        let port = bench.port
        let (head, frames) = try await RawClient.run {
            let client = try RawClient(port: port)
            client.send(RawClient.upgrade)
            let head = client.head()
            client.send(clientText("hello") + clientFrame(0x89, Array("p".utf8)) + clientFrame(0x88, [0x0F, 0xA1] + "why".utf8))
            return (head, client.frames())
        }
        #expect(head.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
        #expect(head.contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
        #expect(frames == [.text("hello"), .pong("p"), .close(4001)])
        try await bench.eventually { bench.closed.count == 1 && bench.epoll.count == 1 }
        #expect(bench.opened == bench.closed)
        #expect(bench.server?.connectionCount == 0)
        bench.stop()
    }

    @Test("takes a request and its first message in one piece, or each byte by itself")
    func pieces() async throws {
        let bench = try ServerBench()
        let port = bench.port
        let answers = try await RawClient.run {
            let bytes = Array(RawClient.upgrade.utf8) + clientText("hello")
            let whole = try RawClient(port: port)
            whole.send(bytes)
            _ = whole.head()
            let torn = try RawClient(port: port)
            for byte in bytes { torn.send([byte]) }
            _ = torn.head()
            return [whole.frame(), torn.frame()]
        }
        #expect(answers == [.text("hello"), .text("hello")])
        bench.stop()
    }

    @Test("refuses with the owner's words, or with its own, and ends the connection")
    func refusals() async throws {
        let bench = try ServerBench()
        let port = bench.port
        let answers = try await RawClient.run {
            let requests = [
                RawClient.upgrade.replacing("/events", with: "/secret"), RawClient.upgrade.replacing("/events", with: "/other"),
                RawClient.upgrade.replacing("Version: 13", with: "Version: 8"), "\u{16}\u{3}\u{1}",
            ]
            return try requests.map { request in
                let client = try RawClient(port: port)
                client.send(request)
                return client.head() + String(decoding: client.receive(1000), as: UTF8.self)
            }
        }
        #expect(answers[0].hasPrefix("HTTP/1.1 401 Unauthorized\r\n") && answers[0].hasSuffix("\r\n\r\nUnknown token.\n"))
        #expect(answers[1].hasPrefix("HTTP/1.1 404 Not Found\r\n") && answers[1].hasSuffix("\r\n\r\nNothing here.\n"))
        #expect(answers[2].hasPrefix("HTTP/1.1 426 Upgrade Required\r\n"))
        #expect(answers[3].hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        #expect(bench.opened.isEmpty)
        try await bench.eventually { bench.epoll.count == 1 }
        bench.stop()
    }

    @Test("of many messages that came at once, those of another client need not wait for the last")
    func turns() async throws {
        let bench = try ServerBench()
        let port = bench.port
        let (busy, other) = try await RawClient.run { (try RawClient.open(port: port), try RawClient.open(port: port)) }
        let count = 300
        var handled: [String] = []
        bench.onText = { text in
            // From now on it is there to be read.
            if handled.isEmpty { other.send(clientText("other")) }
            handled.append(text)
            usleep(500)
        }
        busy.send(Array((0..<count).map { clientText("\($0)") }.joined()))
        try await bench.eventually { handled.count == count + 1 }
        #expect(handled.filter { $0 != "other" } == (0..<count).map(String.init))
        #expect(try #require(handled.firstIndex(of: "other")) < count / 3)
        let answers = try await RawClient.run { (0..<count).map { _ in busy.frame() } }
        #expect(answers == (0..<count).map { .text("\($0)") })
        bench.stop()
    }

    @Test("a client that goes, or is closed, has none of its further messages handled")
    func unhandled() async throws {
        for isCut in [true, false] {
            let bench = try ServerBench { $0.queueSize = 1000 }
            let port = bench.port
            var client: RawClient? = try await RawClient.run { try RawClient.open(port: port) }
            var count = 0
            bench.onText = { _ in
                count += 1
                guard count == 1 else { return }
                if isCut { client = nil } else { bench.broadcast([UInt8](repeating: 0x61, count: 8 << 20)) }
            }
            let bytes = Array((0..<1000).map { _ in clientText("a") }.joined())
            client?.send(bytes)
            try await bench.eventually { bench.closed.count == 1 && bench.epoll.count == 1 }
            #expect(count < 1000)
            bench.stop()
        }
    }

    @Test("closes on the owner's word, after what was queued and before what comes later")
    func ownersClose() async throws {
        let bench = try ServerBench()
        let port = bench.port
        let frames = try await RawClient.run {
            let client = try RawClient.open(port: port)
            client.send(clientText("close 4000") + clientText("not answered"))
            return client.frames()
        }
        #expect(frames == [.text("bye"), .close(4000, "as you wish")])
        try await bench.eventually { bench.closed == bench.opened }
        bench.stop()
    }

    @Test("a message that is too large is answered by the owner before it ends the connection")
    func tooLarge() async throws {
        let bench = try ServerBench { $0.messageSize = 100 }
        let port = bench.port
        let frames = try await RawClient.run {
            let client = try RawClient.open(port: port)
            client.send(clientFrame(0x81, [UInt8](repeating: 0x61, count: 100)))
            client.send(clientFrame(0x81, [UInt8](repeating: 0x61, count: 1 << 20)))
            return client.frames()
        }
        #expect(frames.count == 3 && frames[0].payload.count == 100)
        #expect(frames.dropFirst() == [.text("too large"), .close(1009, "a message may have 100 bytes")])
        bench.stop()
    }

    @Test("binary messages are for those who understand them")
    func binary() async throws {
        for accepts in [true, false] {
            let bench = try ServerBench(acceptsBinary: accepts)
            let port = bench.port
            let frame = try await RawClient.run {
                let client = try RawClient.open(port: port)
                client.send(clientFrame(0x82, [0, 255]))
                return client.frame()
            }
            #expect(frame == (accepts ? .init(first: 0x82, payload: [0, 255]) : .close(1003, "only text is understood here")))
            bench.stop()
        }
    }

    @Test("a client that goes without a word, or breaks the rules, is told of once")
    func abruptEnds() async throws {
        let bench = try ServerBench()
        let port = bench.port
        let frames = try await RawClient.run {
            for _ in 0..<20 { _ = try RawClient.open(port: port) }
            let client = try RawClient.open(port: port)
            client.send([0x81, 0x01, 0x61])
            return client.frames()
        }
        #expect(frames == [.close(1002, "a frame without a mask")])
        try await bench.eventually { bench.closed.count == 21 && bench.epoll.count == 1 }
        #expect(Set(bench.closed) == Set(bench.opened))
        bench.stop()
    }

    @Test("beyond so many connections, 503")
    func connectionLimit() async throws {
        let bench = try ServerBench { $0.connections = 2 }
        let port = bench.port
        let head = try await RawClient.run {
            let first = try RawClient.open(port: port)
            let second = try RawClient.open(port: port)
            let third = try RawClient(port: port)
            third.send(RawClient.upgrade)
            let head = third.head()
            first.send(clientText("a"))
            second.send(clientText("b"))
            return [head, String(first.frame() == .text("a") && second.frame() == .text("b"))]
        }
        #expect(head[0].hasPrefix("HTTP/1.1 503 ") && head[1] == "true")
        bench.stop()
    }

    @Test("who opens connections without end shuts out nobody but himself, with or without words")
    func flood() async throws {
        let bench = try ServerBench {
            $0.pendingHandshakes = 8
            $0.pendingHandshakesPerAddress = 6
        }
        let port = bench.port
        let waiting = try await RawClient.run { try RawClient(port: port, host: 2) }
        try await bench.eventually { bench.server?.connections.count == 1 }
        let flood = try await RawClient.run { try (0..<50).map { _ in try RawClient(port: port, host: 3) } }
        let others = try await RawClient.run { try (4..<7).map { try RawClient(port: port, host: $0) } }
        try await bench.eventually { bench.server?.connections.count == 8 }
        let head = try await RawClient.run {
            waiting.send(RawClient.upgrade)
            return waiting.head()
        }
        #expect(head.hasPrefix("HTTP/1.1 101 "))
        withExtendedLifetime((flood, others)) {}
        bench.stop()
    }

    @Test("who connects and says nothing is cut in time, and never keeps others out")
    func silentClients() async throws {
        // So long that a busy machine gets through a handshake in it.
        let limit = Duration.seconds(3)
        let bench = try ServerBench {
            $0.pendingHandshakes = 4
            $0.handshakeTime = limit
        }
        let port = bench.port
        let (cutEarly, lasted, answer) = try await RawClient.run {
            let oldest = try RawClient(port: port)
            let start = Clocks.now().instant
            let others = (try RawClient(port: port), try RawClient(port: port), try RawClient(port: port))
            others.0.send("GET / HT")
            let fifth = try RawClient.open(port: port)
            let cutEarly = oldest.receive(1).isEmpty
            let ended = others.0.receive(1).isEmpty && others.1.receive(1).isEmpty && others.2.receive(1).isEmpty
            let lasted = Clocks.now().instant - start
            fifth.send(clientText("still here"))
            return (cutEarly, ended ? lasted : .zero, fifth.frame())
        }
        #expect(cutEarly)
        #expect(lasted >= limit && lasted < .seconds(60))
        #expect(answer == .text("still here"))
        bench.stop()
    }

    @Test("stopping says goodbye to everybody and lets the port go")
    func stopping() async throws {
        let bench = try ServerBench()
        let port = bench.port
        let client = Task { try await RawClient.run { try RawClient.open(port: port).frames() } }
        try await bench.eventually { bench.opened.count == 1 }
        bench.stop()
        #expect(try await client.value == [.close(1001)])
        let next = try WebSocketServer(
            listen: try #require(ListenAddress("127.0.0.1:\(port)")), epoll: bench.epoll,
            handlers: .init(authorise: { .accept(nonce: $0.key) }, onText: { _, _ in }))
        #expect(next.port == port)
        next.stop()
    }

    @Test("a port that is taken, or an address that is not ours, is an error with its reason")
    func addressErrors() throws {
        let bench = try ServerBench()
        for (address, reason) in [
            ("127.0.0.1:\(bench.port)", "Address already in use"), ("192.0.2.1:0", "Cannot assign requested address"),
        ] {
            #expect {
                _ = try WebSocketServer(
                    listen: try #require(ListenAddress(address)), epoll: bench.epoll,
                    handlers: .init(authorise: { .accept(nonce: $0.key) }, onText: { _, _ in }))
            } throws: {
                "\($0)".hasSuffix("listen on \(address): \(reason)")
            }
        }
        bench.stop()
    }

    @Test("out of descriptors, it accepts again once there are some")
    func noDescriptors() async throws {
        let server = try EchoProgram(descriptors: 16)
        defer { server.stop() }
        let answer = try await RawClient.run {
            var clients = try (0..<20).map { _ in try RawClient(port: server.port) }
            clients.removeAll()
            let client = try RawClient.open(port: server.port)
            client.send(clientText("hello"))
            return client.frame()
        }
        #expect(answer == .text("hello"))
    }
}
