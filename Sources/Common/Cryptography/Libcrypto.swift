import CCrypto
import Fares

/// OpenSSL's libcrypto: HMAC-SHA-256 (RFC 2104, RFC 4231), SHA-256 (FIPS 180-4), SM2 over SM3 (GB/T 32918, GB/T 32905).
public struct Libcrypto: MessageAuthenticator, SignatureVerifier {
    public init() {}

    public func authenticationCode(key: [UInt8], message: [UInt8]) -> [UInt8] {
        unsafe digest { code in unsafe ccrypto_hmac_sha256(key, key.count, message, message.count, code) }
    }
}

extension Libcrypto {
    public func sha256(_ message: ArraySlice<UInt8>) -> [UInt8] { Cryptography.sha256(Array(message)) }

    public func isPointOfSM2(_ publicKey: ArraySlice<UInt8>) -> Bool {
        let point = Array(publicKey)
        return unsafe ccrypto_sm2_is_point(point, point.count)
    }

    public func isSignedBySM2(
        _ message: ArraySlice<UInt8>, _ signature: ArraySlice<UInt8>, publicKey: ArraySlice<UInt8>
    ) -> Bool {
        guard signature.count == Int(ccrypto_sm2_signature_size) else { return false }
        let (message, signature, point) = (Array(message), Array(signature), Array(publicKey))
        return unsafe ccrypto_sm2_verify(message, message.count, signature, point, point.count)
    }
}

/// The 32 bytes of SHA-256 (FIPS 180-4) over `message`.
public func sha256(_ message: [UInt8]) -> [UInt8] {
    unsafe digest { code in unsafe ccrypto_sha256(message, message.count, code) }
}

/// The 32 bytes of PBKDF2 with HMAC-SHA-256 (RFC 8018): a password's hash that takes `iterations` times as long to guess.
public func passwordHash(_ password: [UInt8], salt: [UInt8], iterations: Int32) -> [UInt8] {
    unsafe digest { hash in
        unsafe ccrypto_pbkdf2_sha256(password, password.count, salt, salt.count, iterations, hash)
    }
}

private func digest(_ compute: (UnsafeMutablePointer<UInt8>) -> Bool) -> [UInt8] {
    let size = Int(ccrypto_sha256_size)
    return unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        // It fails only without memory, or when the machine's OpenSSL configuration forbids SHA-256.
        let isComputed = unsafe buffer.baseAddress.map { code in unsafe compute(code) } ?? false
        precondition(isComputed, "libcrypto refuses SHA-256: check the machine's OpenSSL configuration and its memory")
        count = size
    }
}
