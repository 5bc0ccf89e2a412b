import Testing

@testable import validator_rig

@Suite("Replies that a fleet puts together")
struct ReplyAssemblyTests {
    /// What comes of a text that arrives in pieces of so many bytes.
    private func replies(_ text: String, pieces: Int) throws -> [FleetReply] {
        var assembly = ReplyAssembly()
        var replies: [FleetReply] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            assembly.append(Array(bytes[start..<min(start + pieces, bytes.count)]))
            while let reply = try assembly.next() { replies.append(reply) }
        }
        return replies
    }

    @Test("one after the other, however they are cut", arguments: [1, 2, 7, 1000])
    func pieces(count: Int) throws {
        let text = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\nServer: hub\r\n\r\nabcdHTTP/1.1 204 No Content\r\n\r\n"
        #expect(
            try replies(text, pieces: count) == [
                FleetReply(status: 200, body: Array("abcd".utf8)), FleetReply(status: 204, body: []),
            ])
    }

    @Test("in chunks", arguments: [1, 3, 1000])
    func chunks(count: Int) throws {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n"
        #expect(try replies(text, pieces: count) == [FleetReply(status: 200, body: Array("abc0123456789".utf8))])
    }

    @Test("a list is counted, and no more of it kept than its beginning", arguments: [1, 700, 100_000])
    func counted(pieces: Int) throws {
        var assembly = ReplyAssembly()
        assembly.isCountedOnly = true
        let body = Array(repeating: UInt8(ascii: "x"), count: 9_999_999)
        let bytes = Array("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n".utf8) + body
        for start in stride(from: 0, to: pieces == 1 ? 5000 : bytes.count, by: pieces) {
            assembly.append(Array(bytes[start..<min(start + pieces, bytes.count)]))
            #expect(try assembly.next() == nil)
        }
        if pieces == 1 { assembly.append(Array(bytes[5000...])) } else { assembly.append([]) }
        assembly.append([UInt8(ascii: "y")])
        let reply = try #require(try assembly.next())
        #expect(reply.byteCount == 10_000_000 && reply.body.count == 4096 && assembly.isEmpty)
    }

    @Test("with what matters beside the body: how long to wait, and whether the connection ends")
    func headers() throws {
        let text = "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        #expect(try replies(text, pieces: 5) == [FleetReply(status: 503, retryAfter: .seconds(7), body: [], isLast: true)])
    }

    @Test(
        "but not what is none",
        arguments: [
            "220 mail\r\n\r\n", "HTTP/1.1 two hundred\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
            String(repeating: "x", count: 20_000),
        ])
    func mistakes(text: String) {
        #expect(throws: ReplyAssembly.Mistake.self) { try replies(text, pieces: 1000) }
    }
}

@Suite("Where a hub is")
struct HubAddressTests {
    @Test("host and port, by name, number or brackets")
    func addresses() {
        let addresses = ["http://hub/api", "http://127.0.0.1:8080/api", "HTTP://[::1]:81/", "http://[::1]/"].map {
            HubAddress($0)
        }
        #expect(addresses.map { $0?.host } == ["hub", "127.0.0.1", "::1", "::1"])
        #expect(addresses.map { $0?.port } == ["80", "8080", "81", "80"])
        #expect(addresses[1]?.origin == "http://127.0.0.1:8080")
    }

    @Test("is for plain HTTP alone", arguments: ["https://hub/api", "hub", "http://", "http://hub:x/", "http://hub:70000/"])
    func others(url: String) { #expect(HubAddress(url) == nil) }
}
