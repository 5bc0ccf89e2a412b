import Base
import CCrypto
import Cryptography
import Fares

/// What the transport ministry's code costs a rider: its chain of three signatures when its issuer is seen for the first time, and of
/// two from then on, each against libcrypto alone verifying the same signatures under the same keys, turn about.
struct TicketBenchmark {
    private static let rounds = 300

    private let code: [UInt8]
    private let roots: RootKeySet
    private let root: SM2Key
    private let made = WallTime(seconds: 1_767_225_600)

    init() {
        var random = SystemRandomNumberGenerator()
        let (root, issuer, user) = (SM2Key(using: &random), SM2Key(using: &random), SM2Key(using: &random))
        let content = TransportCode.Content(
            rootIndex: 1, issuer: "99990001", certificateEnd: CertificateMonth(year: 2039, month: 12)!,
            issuerKey: issuer.publicKey, card: CardNumber("31059999000000000001")!, userKey: user.publicKey,
            authorisationEnd: made + .seconds(600), made: made)
        let signers = TransportCode.Signers(
            root: { root.sign($0) }, issuer: { issuer.sign($0) }, user: { user.sign($0) })
        self.root = root
        code = TransportCode(content, signedBy: signers)!.bytes
        roots = try! RootKeySet([RootKey(index: 1, point: root.coordinates, end: nil)!], verifier: Libcrypto())
    }

    func run() throws -> [Measurement] {
        let circumstances = TicketCircumstances(
            keys: KeyRing(), roots: roots, timeForStart: made, timeForEnd: made, skew: .seconds(60))
        let fresh = TicketReader(TicketSettings(), Libcrypto())
        var known = fresh
        guard case .success = known.check(code, under: circumstances) else { throw BenchmarkError("the code is refused") }
        var (first, cached, bareFirst, bareCached) = (Samples(), Samples(), Samples(), Samples())
        for _ in 0..<Self.rounds {
            bareFirst.add(try time { try verifyBare(signatures: 0..<3) })
            first.add(
                time {
                    var reader = fresh
                    keep(reader.check(code, under: circumstances))
                })
            bareCached.add(try time { try verifyBare(signatures: 1..<3) })
            cached.add(time { keep(known.check(code, under: circumstances)) })
        }
        return [
            row("a transport code, its issuer unknown: against libcrypto's three verifications", first, bareFirst),
            row("a transport code, its issuer known: against libcrypto's two", cached, bareCached),
        ]
    }

    private func row(_ name: String, _ subject: Samples, _ probe: Samples) -> Measurement {
        let (subject, probe) = (subject.percentile(0.5), probe.percentile(0.5))
        return Measurement(
            name: name, measured: "\(subject.short) us", probe: "\(probe.short) us", figure: subject / probe, goal: .atMost(1.1))
    }

    private func verifyBare(signatures: Range<Int>) throws {
        // Message, signature and key, of the layout without an extension.
        let parts = [(9..<56, 56..<120, 0..<0), (3..<198, 199..<263, 23..<56), (0..<267, 268..<332, 158..<191)]
        for (message, signature, key) in parts[signatures] {
            let isSigned = code.withUnsafeBufferPointer { bytes in
                let base = bytes.baseAddress!
                return root.coordinates.withUnsafeBufferPointer { root in
                    ccrypto_sm2_verify(
                        base + message.lowerBound, message.count, base + signature.lowerBound,
                        key.isEmpty ? root.baseAddress! : base + key.lowerBound, key.isEmpty ? 64 : key.count)
                }
            }
            guard isSigned else { throw BenchmarkError("libcrypto refuses a signature of the code") }
        }
    }
}
