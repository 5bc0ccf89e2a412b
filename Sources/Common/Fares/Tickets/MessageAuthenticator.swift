/// HMAC-SHA-256 (RFC 2104), which an edge takes from a cryptographic library.
public protocol MessageAuthenticator: Sendable {
    /// 32 bytes.
    func authenticationCode(key: [UInt8], message: [UInt8]) -> [UInt8]
}
