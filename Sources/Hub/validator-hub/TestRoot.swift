import Base
import Cryptography
import Fares
import OperatingSystem

/// A root, and with it issuers and phones, for test codes of the transport ministry's form. All they make is marked as a test, so that
/// nobody rides by it unless a box was told to take test codes and to believe this root.
struct TestRoot {
    /// What a test code says beside its marks.
    struct Terms {
        var card: CardNumber
        var made: WallTime
        var validitySeconds: Int
        var authorisationSeconds: Int
        var maximumFen: Int
    }

    /// Apart from those that were seen of the ministry, which are small.
    static let index: UInt8 = 254

    private let key: SM2Key

    /// The hub's own, which is made with the first use of it.
    static func load(besideDatabase path: String) throws -> TestRoot {
        guard let key = SM2Key(bytes: try OwnKey.testRoot.load(besideDatabase: path)) else {
            throw CommandFailure(
                .badData, "\(OwnKey.testRoot.rawValue) beside the database is no key: delete it, and a new one is made")
        }
        return TestRoot(key: key)
    }

    /// A line for `tickets.transport_roots_file`.
    var line: String { "\(Self.index),\(hexadecimal(key.coordinates).uppercased())" }

    /// A code by an issuer and a phone that nobody sees again; nil where a term does not fit into a code.
    func code(_ terms: Terms) -> [UInt8]? {
        let year = FixedZone.shanghai.civil(terms.made).year
        guard let certificateEnd = CertificateMonth(year: year + 1, month: 12) else { return nil }
        var random = SystemRandomNumberGenerator()
        let (issuer, phone) = (SM2Key(using: &random), SM2Key(using: &random))
        var content = TransportCode.Content(
            rootIndex: Self.index, issuer: TransportTerms.testIssuer, certificateEnd: certificateEnd,
            issuerKey: issuer.publicKey, card: terms.card, userKey: phone.publicKey,
            authorisationEnd: terms.made + .seconds(terms.authorisationSeconds), made: terms.made)
        content.accountType = TransportTerms.testAccountType
        content.validitySeconds = terms.validitySeconds
        content.maximumFen = terms.maximumFen
        let signers = TransportCode.Signers(
            root: { [key] in key.sign($0) }, issuer: { issuer.sign($0) }, user: { phone.sign($0) })
        return TransportCode(content, signedBy: signers)?.bytes
    }
}
