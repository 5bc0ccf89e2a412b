import Testing

@testable import validator_hub

@Suite("A request that came in whole")
struct WholeRequestTests {
    private func isWhole(_ text: String, first count: Int = .max) -> Bool {
        // By bytes: of characters, CR LF is one.
        let bytes = Array(text.utf8.prefix(count))
        return WholeRequest.isAll(of: bytes.span)
    }

    @Test(
        "is its head, and the body that the head names, in whatever case",
        arguments: [
            "GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n",
            "POST /api/card_check HTTP/1.1\r\nHost: hub\r\nContent-Length: 3\r\n\r\nabc",
            "POST /api/card_check HTTP/1.1\r\ncontent-LENGTH:3\r\nHost: hub\r\n\r\na\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
        ])
    func whole(text: String) { #expect(isWhole(text)) }

    @Test("is no part of one", arguments: 0..<70)
    func part(count: Int) {
        let text = "POST /api/card_check HTTP/1.1\r\nHost: hub\r\nContent-Length: 7\r\n\r\n{\"a\":1}"
        #expect(text.utf8.count == 70)
        #expect(!isWhole(text, first: count))
    }

    @Test(
        "has nothing behind it, and says once how long it is",
        arguments: [
            "GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\nG", "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n", "G\r\n\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\na",
            "POST / HTTP/1.1\r\nContent-Length: \r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "GET / HTTP/1.1\n\n", "\n", "",
        ])
    func other(text: String) { #expect(!isWhole(text)) }
}
