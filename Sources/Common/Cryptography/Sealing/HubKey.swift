import Base
import CCrypto

/// The public half of the hub's key (X25519, RFC 7748), to which boxes seal what they write for it.
public struct HubKey: Hashable, Sendable {
    static let size = Int(ccrypto_key_size)

    public let bytes: [UInt8]

    init(bytes: [UInt8]) {
        precondition(bytes.count == Self.size, "an X25519 key has 32 bytes")
        self.bytes = bytes
    }

    /// 64 hexadecimal digits, and behind a hyphen the first eight of their XXH64: what is sealed to a key that was mistyped, nobody opens.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let bytes = Base.bytes(ofHexadecimal: parts[0]), bytes.count == Self.size,
            parts[1].lowercased() == Self.check(bytes)
        else { return nil }
        self.init(bytes: bytes)
    }

    public var text: String { "\(hexadecimal(bytes))-\(Self.check(bytes))" }

    /// By which a file says for which key it is.
    var fingerprint: String { String(hexadecimal(XXHash64.checksum(of: bytes))) }

    private static func check(_ bytes: [UInt8]) -> String { String(hexadecimal(XXHash64.checksum(of: bytes)).prefix(8)) }
}
