import CCrypto

/// SHA-256 (FIPS 180-4) over bytes that come one after the other.
@safe public struct SHA256Digest: ~Copyable {
    private let context: OpaquePointer

    public init() {
        // It fails only without memory, or when the machine's OpenSSL configuration forbids SHA-256.
        guard let context = unsafe ccrypto_sha256_begin() else {
            preconditionFailure("libcrypto refuses SHA-256: check the machine's OpenSSL configuration and its memory")
        }
        unsafe self.context = context
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    public mutating func append(_ bytes: [UInt8]) {
        let isTaken = unsafe EVP_DigestUpdate(context, bytes, bytes.count) == 1
        precondition(isTaken, "libcrypto refuses SHA-256")
    }

    /// Of everything that was appended so far: 32 bytes.
    public var value: [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Int(ccrypto_sha256_size)) { buffer, count in
            let isMade = unsafe buffer.baseAddress.map { unsafe ccrypto_sha256_value(context, $0) } ?? false
            precondition(isMade, "libcrypto refuses SHA-256")
            count = Int(ccrypto_sha256_size)
        }
    }
}
