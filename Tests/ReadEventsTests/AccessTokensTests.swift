import Testing

@testable import ReadEvents

@Suite("Access tokens")
struct AccessTokensTests {
    private let first = "first-token-of-twenty"
    private let second = "second-token-of-twenty"

    private func tokens(_ file: String) throws(AccessTokensError) -> AccessTokens { try AccessTokens(file: Array(file.utf8)) }

    private func admits(_ headers: [String: String]) throws -> Bool {
        try tokens("\(first)\n\(second)\n").admit { name in headers[name].map { Array($0.utf8) } }
    }

    @Test("a file has one token a line; blanks around it, empty lines and comments do not count")
    func file() throws {
        let tokens = try tokens("# operators\n\n  \(first)\t\r\n\(second)\n#third-token-of-twenty")
        for token in [first, second] { #expect(tokens.contains(Array(token.utf8))) }
        for token in [
            "", "third-token-of-twenty", "#third-token-of-twenty", "\(first.dropLast())", first + "t", first.uppercased(),
        ] { #expect(!tokens.contains(Array(token.utf8))) }
    }

    @Test("a token may have any characters that a header carries, and 4 KB of them")
    func longToken() throws {
        let longest = String(repeating: "x+/=~!", count: 1000).prefix(AccessTokens.maximumLength)
        #expect(try tokens(String(longest)).contains(Array(longest.utf8)))
        #expect(throws: AccessTokensError.unusable(line: 2, reason: "is longer than 4096 bytes")) {
            try self.tokens("\(first)\n\(longest)x\n")
        }
    }

    @Test(
        "a file that cannot be meant so says which line, and shows none of it",
        arguments: ["secret word\n", "secreté\n"])
    func unusable(file: String) throws {
        let error = try #require(throws: AccessTokensError.self) { try tokens("\(first)\n\(file)") }
        #expect(error.description.hasPrefix("line 2 holds a blank"))
        #expect(!error.description.contains("secret"))
    }

    @Test("a token that could be guessed is refused by its line: 20 bytes are the least")
    func short() throws {
        let least = String(repeating: "k", count: 20)
        #expect(try tokens(least).contains(Array(least.utf8)))
        let error = try #require(throws: AccessTokensError.self) { try tokens("\(first)\n\(least.dropLast())\n") }
        #expect(error.description.hasPrefix("line 2 is shorter than 20 bytes"))
        #expect(error.description.contains("openssl rand -hex 32") && !error.description.contains("kkk"))
        // Unless nobody else can try it.
        #expect(throws: Never.self) { try AccessTokens(file: Array("word\n".utf8), minimumLength: 1) }
    }

    @Test("a file without tokens lets nobody in, which nobody wants", arguments: ["", "\n\n", "# none\n"])
    func none(file: String) {
        #expect(throws: AccessTokensError.none) { try tokens(file) }
    }

    @Test("a file with more than a thousand is refused")
    func tooMany() {
        #expect(throws: AccessTokensError.tooMany) { try tokens((0...1000).map { "\(first)\($0)\n" }.joined()) }
    }

    @Test("a token that is gone is noticed, a new one is no loss")
    func superset() throws {
        let both = try tokens("\(first)\n\(second)")
        #expect(try tokens("\(second)\n\(first)x\n\(first)").isSuperset(of: both))
        #expect(try !tokens("\(first)\n\(second)x").isSuperset(of: both))
    }

    @Test("the token comes in Sec-WebSocket-Key")
    func key() throws {
        #expect(try admits(["sec-websocket-key": second]))
        #expect(try !admits(["sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ=="]))
        #expect(try !admits([:]))
    }

    @Test("with one of the alternatives, Sec-WebSocket-Key is a nonce", arguments: ["x-subject-token", "authorization"])
    func alternatives(header: String) throws {
        let prefix = header == "authorization" ? "bearer " : ""
        #expect(try admits([header: prefix + first, "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ=="]))
        #expect(try !admits([header: prefix + "wrong", "sec-websocket-key": first]))
        #expect(try !admits([header: prefix, "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ=="]))
    }

    @Test("between Bearer and the token may be several blanks")
    func blanks() throws {
        #expect(try admits(["authorization": "Bearer   \(first)"]))
        #expect(try !admits(["authorization": "Bearer   "]))
    }

    @Test("an Authorization of another scheme is somebody else's")
    func otherScheme() throws {
        #expect(try admits(["authorization": "Basic Zmlyc3Q=", "sec-websocket-key": first]))
        #expect(try !admits(["authorization": "Basic \(first)"]))
    }
}
