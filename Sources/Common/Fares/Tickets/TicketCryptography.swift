/// HMAC-SHA-256 (RFC 2104), which an edge takes from a cryptographic library.
public protocol MessageAuthenticator: Sendable {
    /// 32 bytes.
    func authenticationCode(key: [UInt8], message: [UInt8]) -> [UInt8]
}

/// Digital signatures, which an edge takes from a cryptographic library.
public protocol SignatureVerifier: Sendable {
    /// Whether `signature` is that of `message` by the holder of `publicKey`: SM2 over SM3 with the default identity
    /// `1234567812345678` (GB/T 32918.2, GB/T 35276). False too for a key that is no point of the curve.
    ///
    /// - Parameter publicKey: 33 bytes, a compressed point; or 64, X and Y.
    /// - Parameter signature: 64 bytes, r and s.
    func isSignedBySM2(_ message: ArraySlice<UInt8>, _ signature: ArraySlice<UInt8>, publicKey: ArraySlice<UInt8>) -> Bool

    /// Whether 64 bytes, X and Y, or 33, a compressed point, are on SM2's curve (GB/T 32918.5).
    func isPointOfSM2(_ publicKey: ArraySlice<UInt8>) -> Bool

    /// The 32 bytes of SHA-256 (FIPS 180-4).
    func sha256(_ message: ArraySlice<UInt8>) -> [UInt8]
}

/// All that codecs need.
public typealias TicketCryptography = MessageAuthenticator & SignatureVerifier
