import Foundation
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import validator_hub

@Suite("A client that takes its time", .timeLimit(.minutes(5)))
struct ConnectionDeadlineTests {
    @Test(
        "with a request byte by byte is cut, in the head as in the body",
        arguments: [
            "GET /healthz HTTP/1.1\r\nX: ", "POST /api/card_check_log HTTP/1.1\r\nHost: hub\r\nContent-Length: 60000\r\n\r\n",
        ])
    func slowRequest(beginning: String) async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder, { $0.requestTime = .milliseconds(500) }) { hub async throws in
            let sent = try await RawConnection.run(port: hub.port) { connection in
                try connection.send(Array(beginning.utf8))
                var sent = 0
                // Each byte would begin the time of an idle connection anew.
                while sent < 3000, (try? connection.send([UInt8(ascii: "a")])) != nil {
                    sent += 1
                    usleep(20_000)
                }
                return sent
            }
            #expect(sent < 3000)
        }
    }

    @Test("between requests is not: the time is for one request, and begins with its first byte")
    func keptConnection() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder, { $0.requestTime = .milliseconds(500) }) { hub async throws in
            let answers = try await RawConnection.run(port: hub.port) { connection in
                try (0..<3).map { _ in
                    usleep(700_000)
                    try connection.send(Array("GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n".utf8))
                    let head = try connection.readHead()
                    _ = try connection.read(exactly: 3)
                    return head
                }
            }
            #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 200 ") })
        }
    }

    @Test("between requests is not, when it sends empty lines: behind a request, and later")
    func emptyLines() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder, { $0.requestTime = .milliseconds(500) }) { hub async throws in
            let answers = try await RawConnection.run(port: hub.port) { connection in
                try (0..<3).map { _ in
                    try connection.send(Array("GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n\r\n".utf8))
                    let head = try connection.readHead()
                    _ = try connection.read(exactly: 3)
                    try connection.send(Array("\r\n".utf8))
                    usleep(1_000_000)
                    return head
                }
            }
            #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 200 ") })
        }
    }

    @Test(
        "with a request is cut, though what there is of it came together with the one before",
        arguments: [
            "G", "GET /healthz HTTP/1.1\r\n", "POST /api/card_check_log HTTP/1.1\r\nHost: hub\r\nContent-Length: 9\r\n\r\na",
        ])
    func half(second: String) async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder, { $0.requestTime = .milliseconds(500) }) { hub async throws in
            // Whether the answer to the first comes before that is up to the machine.
            try await RawConnection.run(port: hub.port) { connection in
                try connection.send(Array(("GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n" + second).utf8))
                _ = try connection.readToEnd()
            }
        }
    }

    /// Far more than the systems of both ends keep.
    private static let replyBytes = 32 << 20

    /// Runs `body` with the port of a server that sends whoever connects one long reply, and with whether it has closed the connection.
    private func withLongReply(_ body: (Int, Flag) async throws -> Void) async throws {
        let isClosed = Flag()
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).childChannelInitializer { channel in
            channel.closeFuture.whenComplete { _ in isClosed.raise() }
            return channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandlers(
                    ConnectionDeadlines(request: .minutes(5), stall: .seconds(3)),
                    LongReply(bytes: Self.replyBytes))
            }
        }.bind(host: "127.0.0.1", port: 0).get()
        try await body(server.localAddress?.port ?? 0, isClosed)
        try await server.close()
    }

    @Test("with a reply has it, as long as it takes some of it all the time")
    func slowReader() async throws {
        try await withLongReply { port, _ in
            let count = try await RawConnection.run(port: port, receiveBuffer: 65536) { connection in
                var count = 0
                // By far not what makes the server's system take more of the reply.
                for _ in 0..<70 {
                    count += try connection.read(exactly: 10_000).count
                    usleep(100_000)
                }
                return try count + connection.readToEnd().count
            }
            #expect(count == Self.replyBytes)
        }
    }

    @Test("with a reply is cut, when it takes nothing of it")
    func stalledReader() async throws {
        try await withLongReply { port, isClosed in
            let count = try await RawConnection.run(port: port, receiveBuffer: 65536) { connection in
                while !isClosed.isRaised { usleep(50_000) }
                return try connection.readToEnd().count
            }
            #expect(count < Self.replyBytes)
        }
    }

    @Test("connections of one address have a bound, which the proxy on this machine has not")
    func addresses() {
        let counts = AddressCounts(limit: 2)
        #expect(counts.add("10.0.0.1") && counts.add("10.0.0.1") && !counts.add("10.0.0.1"))
        #expect(counts.add("10.0.0.2"))
        counts.remove("10.0.0.1")
        #expect(counts.add("10.0.0.1") && !counts.add("10.0.0.1"))
        for _ in 0..<5 { #expect(counts.add("127.0.0.1") && counts.add("::1")) }
    }

    @Test("what the bound closes is told with its address, at most once a minute")
    func warning() {
        let counts = AddressCounts(limit: 2)
        let start = ContinuousClock.Instant.now
        let told = [0, 1, 59, 60, 61, 120].map { counts.warning(of: "10.0.0.\($0)", at: start + .seconds($0)) }
        #expect(told.map { $0 != nil } == [true, false, false, true, false, true])
        #expect(told[3]?.contains("address=10.0.0.60:") == true && told[3]?.contains("max_connections_per_address (2)") == true)
    }
}

private final class LongReply: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let bytes: Int

    init(bytes: Int) {
        self.bytes = bytes
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        channel.writeAndFlush(ByteBuffer(repeating: 0, count: bytes)).whenComplete { _ in channel.close(promise: nil) }
    }
}

private final class Flag: Sendable {
    private let value = Atomic(false)
    var isRaised: Bool { value.load(ordering: .acquiring) }
    func raise() { value.store(true, ordering: .releasing) }
}
