import Base
import Cryptography
import Fares

/// Makes the plan's codes of the transport ministry's form, under a root key that the box has, and under one that it has not.
struct TransportCodeOffice {
    static let fareFen = 200
    private static let rootIndex: UInt8 = 3

    /// What the box is to believe.
    let roots: RootKeySet
    private let issuer: SM2Key
    private let phone: SM2Key
    private let root: SM2Key

    init(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        (root, issuer, phone) = (SM2Key(using: &random), SM2Key(using: &random), SM2Key(using: &random))
        let key = RootKey(index: Self.rootIndex, point: root.coordinates, end: nil)
        roots = try RootKeySet([key].compactMap(\.self), verifier: Libcrypto())
    }

    /// - Returns: the bytes; empty when the plan does not fit into a code.
    func code(_ plan: TransportCodePlan, made: WallTime) -> [UInt8] {
        guard let end = CertificateMonth(year: plan.flaw == .endedCertificate ? 2001 : 2099, month: 12) else { return [] }
        var content = TransportCode.Content(
            rootIndex: plan.flaw == .strangeRoot ? Self.rootIndex + 1 : Self.rootIndex, issuer: "12345678", certificateEnd: end,
            issuerKey: issuer.publicKey, card: plan.card, userKey: phone.publicKey,
            authorisationEnd: made + .seconds(plan.authorisationSeconds), made: made)
        content.accountType = plan.flaw == .testAccount ? TransportTerms.testAccountType : 0
        content.maximumFen = plan.flaw == .poor ? Self.fareFen - 1 : Self.fareFen
        content.validitySeconds = plan.validitySeconds
        let signers = TransportCode.Signers(
            root: { [root] in root.sign($0) }, issuer: { [issuer] in issuer.sign($0) }, user: { [phone] in phone.sign($0) })
        guard var bytes = TransportCode(content, signedBy: signers)?.bytes else { return [] }
        switch plan.flaw {
        case .cut: bytes.removeLast(10)
        case .forged: bytes[bytes.count - 1] ^= 1
        default: break
        }
        return bytes
    }
}
