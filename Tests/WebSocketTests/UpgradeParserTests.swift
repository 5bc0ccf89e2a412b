import Testing

@testable import WebSocket

@Suite("a request to open a WebSocket connection")
struct UpgradeParserTests {
    /// The request of RFC 6455, section 1.3, with some of its lines replaced, left out (nil) or added.
    private func request(
        _ line: String = "GET /chat HTTP/1.1", _ changes: KeyValuePairs<String, String?> = [:], raw: String = ""
    ) -> [UInt8] {
        var headers: [(String, String)] = [
            ("Host", "server.example.com"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Origin", "http://example.com"), ("Sec-WebSocket-Version", "13"),
        ]
        for (name, _) in changes { headers.removeAll { $0.0 == name } }
        headers += changes.compactMap { name, value in value.map { (name, $0) } }
        return Array((line + "\r\n" + headers.map { "\($0): \($1)\r\n" }.joined() + raw + "\r\n").utf8)
    }

    private func parse(_ bytes: [UInt8]) -> UpgradeParser.Outcome {
        var parser = UpgradeParser()
        return parser.receive(bytes)
    }

    private func accepted(_ bytes: [UInt8]) throws -> UpgradeRequest {
        guard case .request(let request, let rest) = parse(bytes) else { throw RawClient.Failure(what: "\(parse(bytes))") }
        #expect(rest.isEmpty)
        return request
    }

    private func status(_ bytes: [UInt8]) -> Int? {
        guard case .refusal(let refusal) = parse(bytes) else { return nil }
        return refusal.status
    }

    @Test("the RFC's own request is accepted, and its key answered with the RFC's own value")
    func sample() throws {
        let request = try accepted(request())
        #expect(request.path == "/chat" && request.query == nil)
        #expect(request.values(of: "origin") == [Array("http://example.com".utf8)])
        #expect(UpgradeReply.acceptance(of: request.key) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        let reply = String(decoding: UpgradeReply.accepted(key: request.key), as: UTF8.self)
        #expect(
            reply == "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")
    }

    @Test("torn at any byte it is the same request, and what follows it is kept for the connection")
    func torn() throws {
        let whole = request() + [0x81, 0x80]
        let expected = parse(whole)
        guard case .request(_, rest: [0x81, 0x80]) = expected else { Issue.record("\(expected)"); return }
        for cut in 1..<(whole.count - 2) {
            var parser = UpgradeParser()
            #expect(parser.receive(Array(whole[..<cut])) == .incomplete)
            #expect(parser.receive(Array(whole[cut...])) == expected, "torn at \(cut)")
        }
        var parser = UpgradeParser()
        for byte in whole.dropLast(3) { #expect(parser.receive([byte]) == .incomplete) }
    }

    @Test(
        "the key is text of any kind, of up to 4 KB: an access token, one with commas, one that is no base64",
        arguments: ["x", "eyJhbGciOi.JIUzI1NiJ9.x-_", "a,b, c", "令牌", String(repeating: "k", count: 4096)])
    func key(_ key: String) throws {
        #expect(try accepted(request("GET / HTTP/1.1", ["Sec-WebSocket-Key": " \t\(key) \t"])).key == Array(key.utf8))
    }

    private nonisolated static let nonces = ["dGhlIHNhbXBsZSBub25jZQ==", "AQIDBAUGBwgJCgsMDQ4PEC=="]

    @Test(
        "of two keys one is the nonce and the other a token, in either order; where both may be, both readings are given",
        arguments: [
            (nonces[0], "token", [("token", nonces[0])]), ("令,牌", nonces[0], [("令,牌", nonces[0])]),
            (nonces[0], nonces[1], [(nonces[1], nonces[0]), (nonces[0], nonces[1])]),
        ])
    func twoKeys(first: String, second: String, expected: [(token: String, nonce: String)]) throws {
        let request = try accepted(
            request("GET / HTTP/1.1", ["Sec-WebSocket-Key": first], raw: "sec-websocket-key: \(second)\r\n"))
        #expect(request.keyReadings.map(\.credential) == expected.map { Array($0.token.utf8) })
        #expect(request.keyReadings.map(\.nonce) == expected.map { Array($0.nonce.utf8) })
    }

    @Test(
        "two keys without a nonce, or more than two, are refused",
        arguments: [["a", "b"], ["a", nonces[0], nonces[1]], [nonces[0], ""]])
    func tooManyKeys(keys: [String]) {
        let raw = keys.map { "Sec-WebSocket-Key: \($0)\r\n" }.joined()
        #expect(status(request("GET / HTTP/1.1", ["Sec-WebSocket-Key": nil], raw: raw)) == 400)
    }

    @Test(
        "a request without a key, with an empty one, with two texts that are no nonce, or with one above 4 KB is refused, whatever else it carries"
    )
    func badKeys() {
        #expect(status(request("GET / HTTP/1.1", ["Sec-WebSocket-Key": nil, "X-Subject-Token": "t"])) == 400)
        #expect(status(request("GET / HTTP/1.1", ["Sec-WebSocket-Key": ""])) == 400)
        #expect(status(request("GET / HTTP/1.1", ["Sec-WebSocket-Key": "one"], raw: "sec-websocket-key: another\r\n")) == 400)
        #expect(status(request("GET / HTTP/1.1", ["Sec-WebSocket-Key": String(repeating: "k", count: 4097)])) == 431)
    }

    @Test("Connection and Upgrade are lists, in any case and in several lines")
    func lists() throws {
        _ = try accepted(request("GET / HTTP/1.1", ["Connection": "keep-alive,\tUPGRADE"]))
        _ = try accepted(request("GET / HTTP/1.1", ["Upgrade": "h2c, WebSocket"]))
        _ = try accepted(request("GET / HTTP/1.1", ["Connection": "keep-alive"], raw: "CONNECTION:upgrade\r\n"))
        #expect(status(request("GET / HTTP/1.1", ["Connection": "upgraded"])) == 400)
        #expect(status(request("GET / HTTP/1.1", ["Connection": nil])) == 400)
        #expect(status(request("GET / HTTP/1.1", ["Upgrade": nil])) == 426)
        #expect(status(request("GET / HTTP/1.1", ["Upgrade": "websockets"])) == 426)
    }

    @Test("another version of WebSocket is told which one is spoken")
    func version() {
        for version in ["8", "14", "013", "", "13, 8", nil] {
            #expect(status(request("GET / HTTP/1.1", ["Sec-WebSocket-Version": version])) == 426)
        }
        #expect(status(request(raw: "Sec-WebSocket-Version: 13\r\n")) == 426)
        let reply = String(decoding: UpgradeReply.refused(.wrongWebSocketVersion), as: UTF8.self)
        #expect(reply.hasPrefix("HTTP/1.1 426 Upgrade Required\r\n") && reply.contains("\r\nSec-WebSocket-Version: 13\r\n"))
    }

    @Test("a target may be absolute, and its query is told apart")
    func targets() throws {
        let plain = try accepted(request("GET /api/v1/x?a=b?c HTTP/1.1"))
        #expect(plain.path == "/api/v1/x" && plain.query == "a=b?c")
        let absolute = try accepted(request("GET WS://box:1443/a?b HTTP/1.1"))
        #expect(absolute.path == "/a" && absolute.query == "b")
        for target in ["", "*", "a", "http://box", "/a#b", "/a\u{7F}", "/ä", "//x /y"] {
            #expect(status(request("GET \(target) HTTP/1.1")) == 400, "\(target)")
        }
    }

    @Test("another method or version of HTTP is refused by name")
    func requestLine() {
        #expect(status(request("POST / HTTP/1.1")) == 405)
        #expect(status(request("get / HTTP/1.1")) == 405)
        #expect(status(request("GET / HTTP/1.0")) == 505)
        #expect(status(request("GET / HTTP/2.0")) == 505)
        for line in ["GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1", "G@T / HTTP/1.1", "GET / HTTP1.1x", ""] {
            #expect(status(request(line)) == 400, "\(line)")
        }
    }

    @Test("exactly one Host, and no body")
    func framing() throws {
        #expect(status(request("GET / HTTP/1.1", ["Host": nil])) == 400)
        #expect(status(request("GET / HTTP/1.1", ["Host": ""])) == 400)
        #expect(status(request(raw: "Host: other\r\n")) == 400)
        #expect(status(request(raw: "Content-Length: 4\r\n")) == 400)
        #expect(status(request(raw: "Transfer-Encoding: chunked\r\n")) == 400)
        _ = try accepted(request(raw: "Content-Length: 0\r\n"))
    }

    @Test(
        "what two readers could read in two ways is refused",
        arguments: [
            "X: a\r\n folded\r\n", "X: a\r\n\tfolded\r\n", "X : a\r\n", ": a\r\n", "X\r\n", "X: a\nY: b\r\n", "X: a\rb\r\n",
            "X: \u{0}\r\n",
            "X: \u{7F}\r\n", "X\u{A0}: a\r\n",
        ])
    func ambiguous(_ raw: String) {
        #expect(status(request(raw: raw)) == 400)
    }

    @Test("an empty line of bare line feeds ends nothing")
    func bareLineFeeds() {
        let text = String(decoding: request(), as: UTF8.self).replacing("\r\n", with: "\n")
        #expect(parse(Array(text.utf8)) == .incomplete)
    }

    @Test("16 KB are read, and not a byte more")
    func size() {
        let empty = request(raw: "X: \r\n").count
        #expect(throws: Never.self) { try accepted(request(raw: "X: \(String(repeating: "x", count: 16384 - empty))\r\n")) }
        #expect(status(request(raw: "X: \(String(repeating: "x", count: 16385 - empty))\r\n")) == 431)
        #expect(status(Array("GET / HTTP/1.1\r\n".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 16384)) == 431)
    }

    @Test("the first byte of TLS, or of anything else, is answered at once")
    func otherProtocols() {
        #expect(status([0x16, 0x03, 0x01]) == 400)
        #expect(status(Array("\r\n".utf8)) == 400)
        #expect(status(Array("{".utf8)) == 400)
    }
}
