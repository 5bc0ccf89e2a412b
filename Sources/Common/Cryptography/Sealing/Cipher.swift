import CCrypto

/// AES-256-GCM. A key and a nonce together seal one message and no second.
enum Cipher {
    static let keySize = Int(ccrypto_key_size)
    static let nonceSize = Int(ccrypto_nonce_size)
    static let tagSize = Int(ccrypto_tag_size)

    /// The ciphertext, and the tag behind it.
    static func seal(_ plain: [UInt8], key: [UInt8], nonce: [UInt8]) -> [UInt8] {
        precondition(key.count == keySize && nonce.count == nonceSize, "AES-256-GCM takes 32 bytes of key and 12 of nonce")
        return unsafe [UInt8](unsafeUninitializedCapacity: plain.count + tagSize) { buffer, count in
            let isSealed = unsafe buffer.baseAddress.map { unsafe ccrypto_seal(key, nonce, plain, plain.count, $0) } ?? false
            // It fails only without memory, or when the machine's OpenSSL configuration forbids the cipher.
            precondition(isSealed, "libcrypto refuses AES-256-GCM: check the machine's OpenSSL configuration and its memory")
            count = plain.count + tagSize
        }
    }

    /// Nil when `sealed` is not what was sealed under that key and nonce.
    static func open(_ sealed: [UInt8], key: [UInt8], nonce: [UInt8]) -> [UInt8]? {
        guard key.count == keySize, nonce.count == nonceSize, sealed.count >= tagSize else { return nil }
        let size = sealed.count - tagSize
        var isGood = false
        // One byte more, so that there is an address for nothing, too.
        let plain = unsafe [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, count in
            isGood = unsafe buffer.baseAddress.map { unsafe ccrypto_unseal(key, nonce, sealed, size, $0) } ?? false
            count = isGood ? size : 0
        }
        return isGood ? plain : nil
    }
}

/// HKDF-SHA-256 (RFC 5869) for one block: 32 bytes.
func derivedKey(from secret: [UInt8], salt: [UInt8], info: String) -> [UInt8] {
    let authenticator = Libcrypto()
    let extracted = authenticator.authenticationCode(key: salt, message: secret)
    return authenticator.authenticationCode(key: extracted, message: Array(info.utf8) + [1])
}

/// Bytes from the kernel's generator.
func randomBytes(_ count: Int) -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
}
