/// Reads a request to open a WebSocket connection (RFC 6455, section 4.2.1; RFC 9112), strictly: what is not plainly well formed is
/// refused, so that no proxy in between can have read it otherwise.
struct UpgradeParser {
    /// Bytes of a request, with the empty line at its end.
    static let maximumSize = 16 * 1024
    /// Bytes of `Sec-WebSocket-Key`, which may be an access token.
    static let maximumKeySize = 4096

    enum Outcome: Hashable {
        case incomplete
        /// `rest` came behind the request: the client's first frames.
        case request(UpgradeRequest, rest: [UInt8])
        case refusal(UpgradeRefusal)
    }

    private var received: [UInt8] = []
    /// Up to here there is no end of the request.
    private var searched = 0

    /// To be called until the outcome is another than `incomplete`.
    mutating func receive(_ bytes: [UInt8]) -> Outcome {
        received += bytes
        // Whoever speaks TLS or another protocol here would else wait for the end of the time limit.
        if let first = received.first, !Self.isToken(first) { return .refusal(.malformed("this is no HTTP request")) }
        guard let end = findEnd() else {
            return received.count > Self.maximumSize ? .refusal(.tooLarge("the request")) : .incomplete
        }
        guard end <= Self.maximumSize else { return .refusal(.tooLarge("the request")) }
        do throws(UpgradeRefusal) {
            return .request(try Self.parse(received[..<end]), rest: Array(received[end...]))
        } catch {
            return .refusal(error)
        }
    }

    /// Behind the first empty line.
    private mutating func findEnd() -> Int? {
        var index = max(searched, 3)
        while index < received.count {
            if received[index] == Self.lineFeed, received[index - 1] == Self.carriageReturn, received[index - 2] == Self.lineFeed,
                received[index - 3] == Self.carriageReturn
            {
                return index + 1
            }
            index += 1
        }
        searched = index
        return nil
    }

    private static func parse(_ request: ArraySlice<UInt8>) throws(UpgradeRefusal) -> UpgradeRequest {
        var lines = try lines(of: request)
        let target = try target(of: lines.removeFirst())
        var headers: [UpgradeRequest.Header] = []
        for line in lines { headers.append(try header(line)) }
        let keys = try check(headers)
        let question = target.firstIndex(of: UInt8(ascii: "?"))
        return UpgradeRequest(
            path: String(decoding: target[..<(question ?? target.endIndex)], as: UTF8.self),
            query: question.map { String(decoding: target[($0 + 1)...], as: UTF8.self) },
            headers: headers, keys: keys)
    }

    /// Without their ends and the empty one.
    private static func lines(of request: ArraySlice<UInt8>) throws(UpgradeRefusal) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var rest = request.dropLast(2)
        while let end = rest.firstIndex(of: lineFeed) {
            let line = rest[..<end]
            guard line.last == carriageReturn, line.firstIndex(of: carriageReturn) == end - 1 else {
                throw .malformed("a line that does not end in CR LF")
            }
            lines.append(line.dropLast())
            rest = rest[(end + 1)...]
        }
        return lines
    }

    /// `GET /path HTTP/1.1`. Of an absolute target, the part from the path on.
    private static func target(of line: ArraySlice<UInt8>) throws(UpgradeRefusal) -> ArraySlice<UInt8> {
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 3, !words[0].isEmpty, words[0].allSatisfy(isToken), words[2].count == 8,
            words[2].starts(with: "HTTP/".utf8)
        else { throw .malformed("a request line of a wrong form") }
        guard words[2].elementsEqual("HTTP/1.1".utf8) else { throw .wrongHTTPVersion }
        guard words[0].elementsEqual("GET".utf8) else { throw .wrongMethod }
        var target = words[1]
        guard target.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }) else {
            throw .malformed("a request target with characters that have no place there")
        }
        if let scheme = ["http://", "https://", "ws://", "wss://"].first(where: { hasPrefix(target, $0) }) {
            let authority = target.dropFirst(scheme.utf8.count)
            target = authority[(authority.firstIndex(of: UInt8(ascii: "/")) ?? authority.endIndex)...]
        }
        guard target.first == UInt8(ascii: "/") else { throw .malformed("a request target without a path") }
        return target
    }

    private static func header(_ line: ArraySlice<UInt8>) throws(UpgradeRefusal) -> UpgradeRequest.Header {
        // A line that continues another begins with white space, which is no token.
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex, line[..<colon].allSatisfy(isToken)
        else {
            throw .malformed("a header line of a wrong form")
        }
        let value = trimmed(line[(colon + 1)...])
        guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw .malformed("control characters in a header")
        }
        return UpgradeRequest.Header(name: String(decoding: line[..<colon], as: UTF8.self).lowercased(), value: Array(value))
    }

    /// What a handshake asks of its headers; the keys.
    private static func check(_ headers: [UpgradeRequest.Header]) throws(UpgradeRefusal) -> [[UInt8]] {
        func values(_ name: String) -> [[UInt8]] { headers.compactMap { $0.name == name ? $0.value : nil } }
        func list(_ name: String, has member: String) -> Bool {
            values(name).contains { value in
                value.split(separator: UInt8(ascii: ",")).contains { lowercased(trimmed($0)).elementsEqual(member.utf8) }
            }
        }
        let hosts = values("host")
        guard hosts.count == 1, !hosts[0].isEmpty else { throw .malformed("not exactly one Host") }
        guard values("transfer-encoding").isEmpty, values("content-length").allSatisfy({ $0 == [UInt8(ascii: "0")] }) else {
            throw .malformed("a request with a body")
        }
        guard list("upgrade", has: "websocket") else { throw .notWebSocket }
        guard list("connection", has: "upgrade") else { throw .malformed("Connection does not say Upgrade") }
        guard values("sec-websocket-version") == [Array("13".utf8)] else { throw .wrongWebSocketVersion }
        let keys = values("sec-websocket-key")
        // The RFC allows one. A second one can only be a token that was added to a library's own nonce.
        guard keys.count == 1 || keys.count == 2 && keys.contains(where: UpgradeRequest.isNonce), !keys.contains([]) else {
            throw .malformed("not exactly one Sec-WebSocket-Key, nor a nonce and a token")
        }
        guard keys.allSatisfy({ $0.count <= maximumKeySize }) else { throw .tooLarge("Sec-WebSocket-Key") }
        return keys
    }

    // MARK: Characters

    private static let carriageReturn = UInt8(ascii: "\r")
    private static let lineFeed = UInt8(ascii: "\n")

    /// A character of a method or header name (RFC 9110, section 5.6.2).
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text.drop(while: isBlank)
        while let last = text.last, isBlank(last) { text.removeLast() }
        return text
    }

    private static func lowercased(_ text: ArraySlice<UInt8>) -> [UInt8] {
        text.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }

    private static func hasPrefix(_ text: ArraySlice<UInt8>, _ prefix: String) -> Bool {
        lowercased(text.prefix(prefix.utf8.count)).elementsEqual(prefix.utf8)
    }
}
