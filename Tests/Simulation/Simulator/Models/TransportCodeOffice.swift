import Base
import Fares

/// Makes the plan's codes of the transport ministry's form, under a root key that the box has, and under one that it has not.
struct TransportCodeOffice {
    static let fareFen = 200
    private static let rootIndex: UInt8 = 3

    private static let root = [UInt8](repeating: 0x11, count: 64)
    private static let issuer = [UInt8](repeating: 0x02, count: 33)
    private static let phone = [UInt8](repeating: 0x03, count: 33)

    private let cryptography = SimulatedCryptography()

    /// What the box is to believe.
    var roots: RootKeySet {
        get throws(RootKeyError) {
            let key = RootKey(index: Self.rootIndex, point: Self.root, end: nil)
            return try RootKeySet([key].compactMap(\.self), verifier: cryptography)
        }
    }

    /// - Returns: the bytes; empty when the plan does not fit into a code.
    func code(_ plan: TransportCodePlan, made: WallTime) -> [UInt8] {
        guard let end = CertificateMonth(year: plan.flaw == .endedCertificate ? 2001 : 2099, month: 12) else { return [] }
        var content = TransportCode.Content(
            rootIndex: plan.flaw == .strangeRoot ? Self.rootIndex + 1 : Self.rootIndex, issuer: "12345678", certificateEnd: end,
            issuerKey: Self.issuer, card: plan.card, userKey: Self.phone,
            authorisationEnd: made + .seconds(plan.authorisationSeconds), made: made)
        content.accountType = plan.flaw == .testAccount ? TransportTerms.testAccountType : 0
        content.maximumFen = plan.flaw == .poor ? Self.fareFen - 1 : Self.fareFen
        content.validitySeconds = plan.validitySeconds
        let cryptography = cryptography
        let signers = TransportCode.Signers(
            root: { cryptography.sign($0, for: Self.root) }, issuer: { cryptography.sign($0, for: Self.issuer) },
            user: { cryptography.sign($0, for: Self.phone) })
        guard var bytes = TransportCode(content, signedBy: signers)?.bytes else { return [] }
        switch plan.flaw {
        case .cut: bytes.removeLast(10)
        case .forged: bytes[bytes.count - 1] ^= 1
        default: break
        }
        return bytes
    }
}
