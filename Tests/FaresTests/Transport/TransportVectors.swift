import Base
import Cryptography
import Fares
import Foundation

/// Three codes that were made for this project, and the keys by which (vectors.json).
enum TransportVectors {
    struct File: Decodable {
        struct Code: Decodable {
            var name: String
            var hex: String
        }

        var rootIndex: UInt8
        var privateKeys: [String: String]
        var codes: [Code]

        enum CodingKeys: String, CodingKey {
            case rootIndex = "ca_index"
            case privateKeys = "private_keys"
            case codes
        }
    }

    static let file = try! JSONDecoder().decode(
        File.self,
        from: Data(contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "vectors.json")))

    static func key(_ name: String) -> SM2Key { SM2Key(bytes: bytes(ofHexadecimal: file.privateKeys[name]!)!)! }

    static let root = key("ca")
    static let issuer = key("issuer")
    static let user = key("user")
    static let codes = file.codes.map { bytes(ofHexadecimal: $0.hex)! }
    static let rootKey = RootKey(index: file.rootIndex, point: root.coordinates, end: nil)!
    static let roots = try! RootKeySet([rootKey], verifier: Libcrypto())
    /// When all three were made.
    static let made = WallTime(seconds: 1_767_225_600)

    /// What the vectors have in common, for codes of one's own.
    static func content() -> TransportCode.Content {
        TransportCode.Content(
            rootIndex: file.rootIndex, issuer: "99990001", certificateEnd: CertificateMonth(year: 2039, month: 12)!,
            issuerKey: issuer.publicKey, card: CardNumber("31059999000000000001")!, userKey: user.publicKey,
            authorisationEnd: made + .seconds(600), made: made)
    }

    static let signers = TransportCode.Signers(
        root: { root.sign($0) }, issuer: { issuer.sign($0) }, user: { user.sign($0) })

    static func code(_ change: (inout TransportCode.Content) -> Void = { _ in }) -> [UInt8] {
        var content = content()
        change(&content)
        return TransportCode(content, signedBy: signers)!.bytes
    }

    /// What stands against a code; nil when nothing does.
    static func fault(
        of payload: [UInt8], at time: WallTime? = made, roots: RootKeySet = roots, skew: Duration = .zero,
        _ change: (inout TransportTerms) -> Void = { _ in }
    ) -> TicketFault? {
        var settings = TicketSettings()
        change(&settings.transport)
        var reader = TicketReader(settings, Libcrypto())
        return switch reader.check(payload, under: circumstances(at: time, roots: roots, skew: skew)) {
        case .success: nil
        case .failure(let fault): fault
        }
    }

    static func circumstances(
        at time: WallTime? = made, roots: RootKeySet = roots, skew: Duration = .zero
    ) -> TicketCircumstances {
        TicketCircumstances(keys: KeyRing(), roots: roots, timeForStart: time, timeForEnd: time, skew: skew)
    }
}
