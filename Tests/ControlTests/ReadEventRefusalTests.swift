import Base
import CLinux
import Glibc
import Kernel
import TestSupport
import Testing
import WebSocket

@testable import ReadEventServing

@Suite("Whoever tries tokens at the read events", .timeLimit(.minutes(5)))
struct ReadEventRefusalTests {
    /// The first line of the answer to a handshake with this token.
    private nonisolated static func handshake(_ token: String, port: UInt16) -> String {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        _ = clinux_set_socket_timeout(descriptor, 60)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let connected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return "no connection" }
        let request = Array(
            """
            GET /api/v1/webSocket/readEventsBydeviceID HTTP/1.1\r\nHost: box\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \(token)\r\n\r\n
            """.utf8)
        _ = unsafe clinux_socket_write(descriptor, request, request.count)
        var answer: [UInt8] = []
        var byte: UInt8 = 0
        while unsafe read(descriptor, &byte, 1) == 1, byte != UInt8(ascii: "\r") { answer.append(byte) }
        return String(decoding: answer, as: UTF8.self)
    }

    @Test("is refused with 401 each time, told of at once, and counted from hour to hour")
    func counted() async throws {
        SignalSource.ignoreBrokenPipes()
        let folder = TemporaryFolder()
        let tokens = try folder.write("tokens", "a-token-of-twenty-bytes\n")
        #expect(unsafe chmod(tokens, 0o600) == 0)
        var notices: [Notice] = []
        let address = try #require(ListenAddress("127.0.0.1:0"))
        let server = try ReadEventServer(
            ReadEventServer.Settings(address: address, tls: nil, tokensFile: tokens), epoll: InnerEpoll()
        ) { notices.append($0) }
        var now = Instant(nanoseconds: 0)
        server.clock = { now }
        let port = server.port
        func attempt(_ token: String) async -> String { await Task.detached { Self.handshake(token, port: port) }.value }
        notices = []
        for number in 0..<5 { #expect(await attempt("a-wrong-token-of-twenty-\(number)").contains(" 401 ")) }
        #expect(await attempt("a-token-of-twenty-bytes").contains(" 101 "))
        let first = Notice(.warning, "read events: a client without a known token was refused; 1 since the start")
        #expect(notices == [first])
        now = now + .seconds(3600)
        #expect(await attempt("a-wrong-token-of-twenty-bytes").contains(" 401 "))
        #expect(
            notices.dropFirst().map(\.text) == [
                "read events: a client without a known token was refused, and 4 more since the last such notice; 6 since the start"
            ])
        server.stop()
    }
}
