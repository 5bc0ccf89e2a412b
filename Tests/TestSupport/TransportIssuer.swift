import Base
import Cryptography
import Fares

/// An issuer of the transport ministry's codes, of a root key and a phone of its own: nobody else has keys.
public struct TransportIssuer: Sendable {
    public static let card = "31059999000000000001"
    public static let rootIndex: UInt8 = 3

    private let root: SM2Key
    private let issuer: SM2Key
    private let phone: SM2Key

    public init() {
        var random = SystemRandomNumberGenerator()
        (root, issuer, phone) = (SM2Key(using: &random), SM2Key(using: &random), SM2Key(using: &random))
    }

    /// The one root key that vouches for it; without an end.
    public var roots: RootKeySet {
        get throws {
            let key = RootKey(index: Self.rootIndex, point: root.coordinates, end: nil)
            return try RootKeySet([key].compactMap(\.self), verifier: Libcrypto())
        }
    }

    /// A file of that root key, as `tickets.transport_roots_file` names one.
    public var rootsFile: String { "\(Self.rootIndex),\(hexadecimal(root.coordinates))\n" }

    public struct NoCode: Error {}

    /// A code that was made at `time` and is good for ten minutes, but for what `change` does to it.
    public func code(at time: WallTime, _ change: (inout TransportCode.Content) -> Void = { _ in }) throws -> [UInt8] {
        guard let card = CardNumber(Self.card), let end = CertificateMonth(year: 2099, month: 12) else { throw NoCode() }
        var content = TransportCode.Content(
            rootIndex: Self.rootIndex, issuer: "12345678", certificateEnd: end, issuerKey: issuer.publicKey, card: card,
            userKey: phone.publicKey, authorisationEnd: time + .seconds(3600), made: time)
        content.validitySeconds = 600
        content.maximumFen = 200
        change(&content)
        let signers = TransportCode.Signers(
            root: { [root] in root.sign($0) }, issuer: { [issuer] in issuer.sign($0) }, user: { [phone] in phone.sign($0) })
        guard let code = TransportCode(content, signedBy: signers) else { throw NoCode() }
        return code.bytes
    }

    /// The same code, which the phone has signed once more: other bytes, and no other ride.
    public func signedAgain(_ code: [UInt8]) -> [UInt8] {
        let signed = Array(code.dropLast(65))
        return signed + [0x15] + phone.sign(signed)
    }
}
