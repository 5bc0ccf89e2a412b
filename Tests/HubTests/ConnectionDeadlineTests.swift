import Foundation
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

    @Test("connections of one address have a bound, which the proxy on this machine has not")
    func addresses() {
        let counts = AddressCounts(limit: 2)
        #expect(counts.add("10.0.0.1") && counts.add("10.0.0.1") && !counts.add("10.0.0.1"))
        #expect(counts.add("10.0.0.2"))
        counts.remove("10.0.0.1")
        #expect(counts.add("10.0.0.1") && !counts.add("10.0.0.1"))
        for _ in 0..<5 { #expect(counts.add("127.0.0.1") && counts.add("::1")) }
    }
}
