import CCrypto

/// A private key of SM2 (GB/T 32918), for whoever makes codes: a hub's test codes, demonstrations, tests.
public struct SM2Key: Sendable {
    /// 32 bytes.
    public let bytes: [UInt8]
    /// Its compressed point, 33 bytes.
    public let publicKey: [UInt8]
    /// X and Y of its point, 64 bytes.
    public let coordinates: [UInt8]

    /// Nil unless `bytes` are 32 that make a key: not zero, and less than the curve's order.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Int(ccrypto_sm2_private_size) else { return nil }
        var isMade = false
        let point = unsafe [UInt8](unsafeUninitializedCapacity: Int(ccrypto_sm2_compressed_size)) { buffer, count in
            isMade = unsafe buffer.baseAddress.map { unsafe ccrypto_sm2_public(bytes, $0) } ?? false
            count = isMade ? Int(ccrypto_sm2_compressed_size) : 0
        }
        guard isMade else { return nil }
        let coordinates = unsafe [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
            isMade = unsafe buffer.baseAddress.map { unsafe ccrypto_sm2_coordinates(point, $0) } ?? false
            count = isMade ? 64 : 0
        }
        guard isMade else { return nil }
        (self.bytes, publicKey, self.coordinates) = (bytes, point, coordinates)
    }

    /// A new one, by chance.
    public init(using random: inout some RandomNumberGenerator) {
        while true {
            let bytes = (0..<Int(ccrypto_sm2_private_size)).map { _ in UInt8.random(in: 0...255, using: &random) }
            if let key = SM2Key(bytes: bytes) {
                self = key
                return
            }
        }
    }

    /// 64 bytes, r and s: SM2 over SM3 with the default identity, `1234567812345678`.
    public func sign(_ message: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Int(ccrypto_sm2_signature_size)) { buffer, count in
            let isSigned =
                unsafe buffer.baseAddress.map { unsafe ccrypto_sm2_sign(message, message.count, bytes, publicKey, $0) } ?? false
            precondition(isSigned, "libcrypto refuses SM2: check the machine's OpenSSL configuration and its memory")
            count = Int(ccrypto_sm2_signature_size)
        }
    }
}
