/// A request to open a WebSocket connection that is well formed (RFC 6455, section 4.2.1). Whether it is wanted is for the
/// server's owner to say.
public struct UpgradeRequest: Hashable, Sendable {
    public struct Header: Hashable, Sendable {
        /// In lower case.
        public let name: String
        /// Without the white space around it.
        public let value: [UInt8]
    }

    /// Begins with a slash; as it was received, without the query.
    public let path: String
    /// What followed the question mark, as it was received.
    public let query: String?
    /// In the order of the request.
    public let headers: [Header]
    /// The values of `Sec-WebSocket-Key` as they were received: one opaque text of 1 to 4,096 bytes, since a client may put its access
    /// token here; or two, one of which at least is a nonce of the RFC.
    let keys: [[UInt8]]

    /// How the keys may be meant.
    public struct KeyReading: Hashable, Sendable {
        /// What stands for an access token.
        public let credential: [UInt8]
        /// Over which `Sec-WebSocket-Accept` is computed.
        public let nonce: [UInt8]
    }

    /// One key is both. Of two, a client library made one and its user added the other, an access token: the one is a nonce, and
    /// where either may be, both readings are given, first that of a library which writes its own before what its user adds.
    public var keyReadings: [KeyReading] {
        guard keys.count == 2 else { return keys.map { KeyReading(credential: $0, nonce: $0) } }
        return [(keys[1], keys[0]), (keys[0], keys[1])].filter { Self.isNonce($0.1) }.map(KeyReading.init)
    }

    /// Whether `key` is 16 bytes in base64 (RFC 6455, section 4.1).
    static func isNonce(_ key: [UInt8]) -> Bool {
        guard key.count == 24, key.suffix(2).elementsEqual("==".utf8) else { return false }
        return key.dropLast(2).allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "+"), UInt8(ascii: "/"):
                true
            default: false
            }
        }
    }

    /// The values of all headers of a name, which is given in lower case.
    public func values(of name: String) -> [[UInt8]] {
        headers.compactMap { $0.name == name ? $0.value : nil }
    }
}
