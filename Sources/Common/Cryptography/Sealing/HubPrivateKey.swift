import Base
import CCrypto

/// The private half, which opens what boxes sealed to the public one.
public struct HubPrivateKey: Hashable, Sendable {
    private let bytes: [UInt8]
    public let publicKey: HubKey

    /// A new one, from the kernel's generator.
    public init() { self.init(bytes: randomBytes(HubKey.size)) }

    /// The content of the key's file: 64 hexadecimal digits.
    public init?(_ text: String) {
        guard let bytes = Base.bytes(ofHexadecimal: text), bytes.count == HubKey.size else { return nil }
        self.init(bytes: bytes)
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
        publicKey = HubKey(
            bytes: unsafe [UInt8](unsafeUninitializedCapacity: HubKey.size) { buffer, count in
                let isMade = unsafe buffer.baseAddress.map { unsafe ccrypto_x25519_public(bytes, $0) } ?? false
                precondition(isMade, "libcrypto refuses X25519: check the machine's OpenSSL configuration and its memory")
                count = HubKey.size
            })
    }

    public var text: String { hexadecimal(bytes) }

    /// What both sides compute of their own private and the other's public key; nil for a public key that is none of use.
    func shared(with other: HubKey) -> [UInt8]? {
        var isMade = false
        let shared = unsafe [UInt8](unsafeUninitializedCapacity: HubKey.size) { buffer, count in
            isMade = unsafe buffer.baseAddress.map { unsafe ccrypto_x25519_shared(bytes, other.bytes, $0) } ?? false
            count = isMade ? HubKey.size : 0
        }
        return isMade ? shared : nil
    }
}
