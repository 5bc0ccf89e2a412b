import CCrypto

/// A passphrase, stretched by scrypt (RFC 7914), so that each guess costs memory and a good part of a second.
struct PassphraseKey: Hashable, Sendable {
    /// What a guess costs.
    struct Cost: Hashable, Sendable {
        var log2N: Int
        var r: Int
        var p: Int

        /// 32 MiB, and a fraction of a second on a board.
        static let usual = Cost(log2N: 15, r: 8, p: 1)
        /// What a file may ask of the machine that opens it.
        private static let maximumBytes = 64 << 20

        var bytes: Int { 128 * r << log2N }

        var isBearable: Bool {
            (1...20).contains(log2N) && (1...32).contains(r) && (1...4).contains(p) && bytes <= Self.maximumBytes
        }
    }

    static let saltSize = 16

    let salt: [UInt8]
    let cost: Cost
    let key: [UInt8]

    /// Nil when the cost is more than a machine bears, or its memory does not suffice.
    init?(_ passphrase: [UInt8], salt: [UInt8], cost: Cost = .usual) {
        guard cost.isBearable else { return nil }
        var isMade = false
        key = unsafe [UInt8](unsafeUninitializedCapacity: Cipher.keySize) { buffer, count in
            isMade =
                unsafe buffer.baseAddress.map { key in
                    unsafe ccrypto_scrypt(
                        passphrase, passphrase.count, salt, salt.count, 1 << UInt64(cost.log2N), UInt64(cost.r), UInt64(cost.p),
                        UInt64(cost.bytes + 1 << 20), key)
                } ?? false
            count = isMade ? Cipher.keySize : 0
        }
        guard isMade else { return nil }
        (self.salt, self.cost) = (salt, cost)
    }
}
