import Base

/// The tokens that open the read-event interface.
public struct AccessTokens: Hashable, Sendable {
    /// Of one token that others can try, in bytes: fewer can be guessed, or are somebody's word.
    public static let minimumLength = 20
    public static let maximumLength = 4096
    public static let maximumCount = 1000
    /// Of the file, in bytes.
    public static let maximumFileSize = 256 * 1024

    private let tokens: [[UInt8]]

    /// Reads a file's content: one token a line; empty lines and lines that begin with `#` do not count.
    public init(file content: [UInt8], minimumLength: Int = minimumLength) throws(AccessTokensError) {
        var tokens: [[UInt8]] = []
        for (index, line) in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let token = line.trimmingBlanks
            guard let first = token.first, first != UInt8(ascii: "#") else { continue }
            // What a header's value may hold without blanks.
            guard token.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw .unusable(line: index + 1, reason: "holds a blank or a character that a header cannot carry")
            }
            guard token.count >= minimumLength else {
                throw .unusable(
                    line: index + 1,
                    reason:
                        "is shorter than \(minimumLength) bytes, and could be guessed: take the output of openssl rand -hex 32"
                )
            }
            guard token.count <= Self.maximumLength else {
                throw .unusable(line: index + 1, reason: "is longer than \(Self.maximumLength) bytes")
            }
            tokens.append(Array(token))
        }
        guard !tokens.isEmpty else { throw .none }
        guard tokens.count <= Self.maximumCount else { throw .tooMany }
        self.tokens = tokens
    }

    /// True when a handshake presents one of the tokens. `header` gives the value of one of its headers by the name in lower
    /// case, nil when it has none.
    ///
    /// A client library that makes `Sec-WebSocket-Key` itself sends `X-Subject-Token` or `Authorization: Bearer`; with
    /// either, the key is the nonce of RFC 6455 and no credential.
    public func admit(_ header: (_ name: String) -> [UInt8]?) -> Bool {
        let bearer = header("authorization").flatMap(Self.bearerToken)
        guard let credential = header("x-subject-token") ?? bearer ?? header("sec-websocket-key") else { return false }
        return contains(credential)
    }

    /// True when each of `others` is among these too.
    public func isSuperset(of others: AccessTokens) -> Bool {
        Set(tokens).isSuperset(of: others.tokens)
    }

    /// Compared with each, in time that tells no more than lengths.
    func contains(_ credential: [UInt8]) -> Bool {
        tokens.reduce(false) { isFound, token in isEqualInConstantTime(token, credential) || isFound }
    }

    /// RFC 6750 section 2.1; the scheme's name in either case.
    private static func bearerToken(_ value: [UInt8]) -> [UInt8]? {
        let parts = value.split(separator: UInt8(ascii: " "), maxSplits: 1)
        guard parts.count == 2, String(decoding: parts[0], as: UTF8.self).lowercased() == "bearer" else { return nil }
        return Array(parts[1].drop { $0 == UInt8(ascii: " ") })
    }
}

extension ArraySlice<UInt8> {
    fileprivate var trimmingBlanks: ArraySlice<UInt8> {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D }
        guard let last = lastIndex(where: { !isBlank($0) }) else { return [] }
        return self[...last].drop(while: isBlank)
    }
}
