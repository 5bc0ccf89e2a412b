import Base
import Cryptography
import Foundation
import Synchronization
import Testing

@testable import Fares

private typealias Vectors = TransportVectors

@Suite("The transport ministry's code")
struct TransportCodeTests {
    @Test("its published layout is read from the vectors, field by field")
    func fields() throws {
        let code = try #require(TransportCode(Vectors.codes[1]))
        #expect(code.version == 0x80)
        #expect(code.rootIndex == 241)
        #expect(code.issuer == "99990001")
        #expect(code.certificateEnd.description == "2039-12")
        #expect(code.paymentAccount == "TESTRIDER0000001")
        #expect(code.card.description == "31059999000000000001")
        #expect(code.accountIssuer == "99990001" && code.platform == "99990002")
        #expect(code.accountType == 1)
        #expect(code.maximumFen == 5000)
        #expect(code.authorisationEnd == Vectors.made + .seconds(300))
        #expect(code.validitySeconds == 60)
        #expect(Array(code.issuerExtension) == Array(0..<32))
        #expect(code.made == Vectors.made)
        #expect(code.end == Vectors.made + .seconds(60))
        let short = try #require(TransportCode(Vectors.codes[2]))
        #expect(short.validitySeconds == 120 && short.end == Vectors.made + .seconds(60), "its authorisation ends first")
    }

    @Test("the vectors ride, as bytes and as one text of base64 or hexadecimal digits", arguments: 0..<3)
    func vectors(index: Int) throws {
        let code = Vectors.codes[index]
        let base64 = Data(code).base64EncodedString()
        let texts = [
            base64, base64.replacing("=", with: ""), base64.replacing("+", with: "-").replacing("/", with: "_"),
            hexadecimal(code), hexadecimal(code).uppercased(),
        ]
        let payloads = [code] + texts.map { Array($0.utf8) }
        let reader = TicketReader(TicketSettings(), Libcrypto())
        let ticket = try #require(reader.unverified(code))
        for payload in payloads {
            #expect(Vectors.fault(of: payload) == nil)
            #expect(reader.unverified(payload) == ticket, "one ticket, however it came")
        }
        #expect(ticket.isSingleRide && ticket.name.count == 32)
    }

    @Test("what the maker writes is what the reader reads, with an extension of any length")
    func making() throws {
        for length in 0...32 {
            let code = Vectors.code {
                $0.issuerExtension = Array(repeating: 7, count: length)
                $0.paymentAccount = "ACCOUNT"
                $0.maximumFen = 1234
                $0.accountType = 2
            }
            let read = try #require(TransportCode(code))
            #expect(read.issuerExtension.count == length && read.paymentAccount == "ACCOUNT" && read.maximumFen == 1234)
            #expect(Vectors.fault(of: code) == nil)
        }
    }

    private func isGood(_ code: [UInt8], _ reader: inout TicketReader) {
        if case .failure(let fault) = reader.check(code, under: Vectors.circumstances()) { Issue.record("\(fault)") }
    }

    // MARK: Damage

    @Test("with any one bit flipped is refused, and never for want of a root key it has", arguments: 0..<3)
    func flips(index: Int) {
        let code = Vectors.codes[index]
        // One reader for all, as on a bus: what it knows of a good certificate must not help a bad one.
        var reader = TicketReader(TicketSettings(), Libcrypto())
        _ = reader.check(code, under: Vectors.circumstances())
        for bit in 0..<code.count * 8 {
            var flipped = code
            flipped[bit / 8] ^= 1 << (bit % 8)
            let result = reader.check(flipped, under: Vectors.circumstances())
            #expect(throws: TicketFault.self, "bit \(bit)") { try result.get() }
        }
        isGood(code, &reader)
    }

    @Test("cut off anywhere, or with bytes behind it, is refused as malformed", arguments: 0..<3)
    func truncations(index: Int) {
        let code = Vectors.codes[index]
        for count in 0..<code.count { #expect(Vectors.fault(of: Array(code.prefix(count))) == .malformed, "\(count)") }
        for count in 1...40 { #expect(Vectors.fault(of: code + Array(repeating: 0, count: count)) == .malformed) }
        let reader = TicketReader(TicketSettings(), Libcrypto())
        for text in [Array(Data(code).base64EncodedString().utf8), Array(hexadecimal(code).utf8)] {
            // Wherever it is cut, also within a byte, it is known whose it was.
            for count in 24..<text.count - 2 {
                let cut = Array(text.prefix(count))
                #expect(Vectors.fault(of: cut) == .malformed && reader.kind(of: cut) == .transport, "\(count)")
            }
        }
    }

    /// A code whose bytes are changed, and signed anew from the root down.
    private func resigned(_ change: (inout [UInt8]) -> Void) -> [UInt8] {
        var code = Vectors.codes[0]
        change(&code)
        code.replaceSubrange(56..<120, with: Vectors.root.sign(Array(code[9..<56])))
        code.replaceSubrange(199..<263, with: Vectors.issuer.sign(Array(code[3..<198])))
        code.replaceSubrange(268..<332, with: Vectors.user.sign(Array(code[..<267])))
        return code
    }

    @Test(
        "what the layout does not allow is malformed, however well it is signed",
        arguments: [
            (1, [0xFF, 0xFF]), (1, [0, 0]), (3, [0x25]), (9, [0x11]), (10, [0xA0]), (14, [0x13, 0x39]), (14, [0x00, 0x39]),
            (14, [0x1A, 0x39]), (19, [0x05]), (20, [0x05]), (21, [0x01]), (22, [0x41]), (136, [0xFA]), (136, [0xAA]),
            (136, [0x3F, 0x10]), (195, [0x04, 0xB1]), (195, [0xFF, 0xFF]), (197, [33]), (197, [255]), (197, [1]), (198, [0x16]),
            (267, [0x16]), (267, [0]),
        ] as [(Int, [UInt8])])
    func layout(offset: Int, bytes: [UInt8]) {
        let code = resigned { $0.replaceSubrange(offset..<offset + bytes.count, with: bytes) }
        #expect(Vectors.fault(of: code) == .malformed)
    }

    @Test("the same signed anew without a change rides")
    func resigning() { #expect(Vectors.fault(of: resigned { _ in }) == nil) }

    @Test(
        "codes of other systems are none of ours, or malformed: no crash",
        arguments: [
            [0x80], [0x80, 0, 0], [0x80, 0x01, 0x49], Array(repeating: 0x80, count: 332), Array(repeating: 0xFF, count: 364),
            [0x80, 0x01, 0x49, 0x24] + Array(repeating: 0, count: 328), [0x80, 0, 0xDF, 0] + Array(repeating: 1, count: 222),
            [0x40, 0, 0xDF, 1] + Array(repeating: 1, count: 222), [0x02, 0x01] + Array(repeating: 9, count: 100),
            Array("TX".utf8) + Array(repeating: 0x80, count: 100), Array("https://s.sh.gov.cn/".utf8), Array("SHSTMETRO".utf8),
        ] as [[UInt8]])
    func others(payload: [UInt8]) {
        #expect(Vectors.fault(of: payload) == .malformed)
    }

    @Test("a text that somebody wrote is no transport code, even where a byte looks like one")
    func texts() {
        let reader = TicketReader(TicketSettings(), Libcrypto())
        for text in ["公$交", "车票$", "é!!$", "AQ", "gAEBJA==", "ffffff24ff"] {
            #expect(reader.kind(of: Array(text.utf8)) == nil, "\(text)")
        }
        #expect(reader.kind(of: Array("VT1".utf8) + [0x41]) == .vt1)
        #expect(reader.kind(of: Vectors.codes[0]) == .transport)
    }

    @Test("of version 1 is known by its looks, refused, and named to the technician")
    func firstVersion() throws {
        var reader = TicketReader(TicketSettings(), Libcrypto())
        let code: [UInt8] = [0x80, 0, 0xDF, 1] + Array(repeating: 1, count: 222)
        let explained = reader.explain(code, under: Vectors.circumstances())
        let explanation = try #require(explained)
        #expect(explanation.fault == .malformed)
        #expect(explanation.examination.steps.first?.detail.contains("version 1") == true)
    }

    // MARK: Signatures

    @Test("with any one link of the chain signed by another is forged", arguments: 0..<3)
    func brokenLinks(link: Int) {
        var random = SystemRandomNumberGenerator()
        let stranger = SM2Key(using: &random)
        var signers = Vectors.signers
        switch link {
        case 0: signers.root = { stranger.sign($0) }
        case 1: signers.issuer = { stranger.sign($0) }
        default: signers.user = { stranger.sign($0) }
        }
        #expect(Vectors.fault(of: TransportCode(Vectors.content(), signedBy: signers)!.bytes) == .forged)
    }

    @Test("a key that is no point of the curve, and r or s that are zero or too large, are forged", arguments: 0..<3)
    func impossibleSignatures(link: Int) {
        let signature = [56, 199, 268][link]
        // The order of the curve's group (GB/T 32918.5), which neither may reach.
        let order = bytes(ofHexadecimal: "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123")!
        for part in [0, 32] {
            for value in [Array(repeating: 0, count: 32), Array(repeating: 0xFF, count: 32), order] as [[UInt8]] {
                var code = Vectors.codes[0]
                code.replaceSubrange(signature + part..<signature + part + 32, with: value)
                #expect(Vectors.fault(of: code) == .forged)
            }
        }
        for offset in [23, 158] {
            // No x of the curve has these: half of all have none.
            for head in [2, 3, 4, 0, 0xFF] as [UInt8] {
                let code = resigned { $0.replaceSubrange(offset..<offset + 33, with: [head] + Array(repeating: 0xFF, count: 32)) }
                #expect(Vectors.fault(of: code) == .forged)
            }
        }
    }

    @Test("the same body signed again by the phone is the same ticket, for its name is what was signed")
    func signedAgain() throws {
        let reader = TicketReader(TicketSettings(), Libcrypto())
        let (one, other) = (Vectors.code(), Vectors.code())
        #expect(one != other, "SM2 signs with chance")
        // The issuer's signature is part of what the user signs, so only the last one may differ.
        var again = one
        again.replaceSubrange(268..<332, with: Vectors.user.sign(Array(one[..<267])))
        #expect(again != one && Vectors.fault(of: again) == nil)
        #expect(reader.unverified(again)?.name == reader.unverified(one)?.name)
        #expect(reader.unverified(other)?.name != reader.unverified(one)?.name)
    }

    // MARK: Roots, times and terms

    @Test("without the root key that it names is refused for that, before any signature is looked at")
    func noRoot() throws {
        #expect(Vectors.fault(of: Vectors.codes[0], roots: RootKeySet()) == .noRootKey)
        let other = try #require(RootKey(index: 1, point: Vectors.root.coordinates, end: nil))
        #expect(Vectors.fault(of: Vectors.codes[0], roots: try RootKeySet([other], verifier: Libcrypto())) == .noRootKey)
    }

    @Test("under another root key of the same index is forged, also when its certificate was found good under the former")
    func changedRoots() throws {
        let wrong = try RootKeySet(
            [try #require(RootKey(index: 241, point: Vectors.issuer.coordinates, end: nil))], verifier: Libcrypto())
        var reader = TicketReader(TicketSettings(), Libcrypto())
        let code = Vectors.codes[0]
        isGood(code, &reader)
        let underOther = reader.check(code, under: Vectors.circumstances(roots: wrong))
        #expect(underOther == .failure(.forged))
        isGood(code, &reader)
    }

    @Test(
        "by its certificate's month, which ends in Beijing",
        arguments: [(2026, 1, nil), (2025, 12, .certificateExpired), (2025, 11, .certificateExpired)]
            as [(Int, Int, TicketFault?)])
    func certificateMonth(year: Int, month: Int, expected: TicketFault?) throws {
        let code = Vectors.code { $0.certificateEnd = CertificateMonth(year: year, month: month)! }
        #expect(Vectors.fault(of: code) == expected)
        let roots = try RootKeySet(
            [try #require(RootKey(index: 241, point: Vectors.root.coordinates, end: CertificateMonth(year: year, month: month)))],
            verifier: Libcrypto())
        #expect(Vectors.fault(of: Vectors.code(), roots: roots) == expected, "the root key's own end")
        // The last second of December in Beijing.
        let newYear = try #require(CertificateMonth(year: 2025, month: 12)).end
        #expect(newYear.timestamp == "2025-12-31T16:00:00.000Z")
    }

    @Test(
        "by its times, with the clock's tolerance either way",
        arguments: [
            (0, nil), (60, nil), (70, nil), (71, .expired), (-10, nil), (-11, .notYetValid), (100_000, .authorisationExpired),
        ] as [(Int64, TicketFault?)])
    func times(seconds: Int64, expected: TicketFault?) {
        #expect(Vectors.fault(of: Vectors.code(), at: Vectors.made + .seconds(seconds), skew: .seconds(10)) == expected)
    }

    @Test("made later than its authorisation allows is refused for that")
    func lateMaking() {
        let code = Vectors.code { $0.authorisationEnd = Vectors.made - .seconds(1) }
        #expect(Vectors.fault(of: code, skew: .seconds(60)) == .authorisationExpired)
        // Its validity is longer than its authorisation: that ends it.
        let short = Vectors.codes[2]
        #expect(Vectors.fault(of: short, at: Vectors.made + .seconds(60)) == nil)
        #expect(Vectors.fault(of: short, at: Vectors.made + .seconds(61)) == .authorisationExpired)
    }

    @Test("without a clock that can be trusted is refused for no time, certificates included")
    func withoutClock() {
        let code = Vectors.code {
            $0.certificateEnd = CertificateMonth(year: 2001, month: 1)!
            $0.authorisationEnd = Vectors.made
        }
        #expect(Vectors.fault(of: code, at: nil) == nil)
    }

    @Test("rides on the operator's terms: issuers, tests, fare")
    func terms() {
        let code = Vectors.code { $0.maximumFen = 200 }
        #expect(Vectors.fault(of: code) { $0.issuers = ["99990001"] } == nil)
        #expect(Vectors.fault(of: code) { $0.issuers = ["04498280"] } == .issuerNotAccepted)
        #expect(Vectors.fault(of: code) { $0.deniedIssuers = ["99990001"] } == .issuerNotAccepted)
        #expect(Vectors.fault(of: code) { $0.fareFen = 200 } == nil)
        #expect(Vectors.fault(of: code) { $0.fareFen = 201 } == .amountExceeded)
        let account = Vectors.code { $0.accountType = 4 }
        let issuer = Vectors.code { $0.issuer = TransportTerms.testIssuer }
        for test in [account, issuer] {
            #expect(Vectors.fault(of: test) == .issuerNotAccepted)
            #expect(Vectors.fault(of: test) { $0.acceptsTests = true } == nil)
        }
    }

    // MARK: Cost

    /// Counts signatures that are verified.
    private final class CountingVerifier: MessageAuthenticator, SignatureVerifier {
        let count = Mutex(0)
        func isSignedBySM2(_ message: ArraySlice<UInt8>, _ signature: ArraySlice<UInt8>, publicKey: ArraySlice<UInt8>) -> Bool {
            count.withLock { $0 += 1 }
            return Libcrypto().isSignedBySM2(message, signature, publicKey: publicKey)
        }
        func isPointOfSM2(_ publicKey: ArraySlice<UInt8>) -> Bool { Libcrypto().isPointOfSM2(publicKey) }
        func sha256(_ message: ArraySlice<UInt8>) -> [UInt8] { Libcrypto().sha256(message) }
        func authenticationCode(key: [UInt8], message: [UInt8]) -> [UInt8] { [] }
    }

    @Test("a hostile code costs no signature where anything cheaper refuses it, and a good one two when its issuer is known")
    func cost() {
        let verifier = CountingVerifier()
        var reader = TicketReader(TicketSettings(), verifier)
        func verified(_ code: [UInt8], at time: WallTime = Vectors.made) -> Int {
            let before = verifier.count.withLock { $0 }
            _ = reader.check(code, under: Vectors.circumstances(at: time))
            return verifier.count.withLock { $0 } - before
        }
        let code = Vectors.codes[0]
        #expect(verified(code) == 3)
        #expect(verified(code) == 2, "the certificate is known")
        #expect(verified(code, at: Vectors.made + .seconds(100_000)) == 0)
        #expect(verified(code, at: Vectors.made - .seconds(100)) == 0)
        #expect(verified(Vectors.code { $0.accountType = 4 }) == 0)
        #expect(verified(Array(code.dropLast())) == 0)
        // A bad certificate is not kept.
        var forged = code
        forged[60] ^= 1
        for _ in 0..<2 { #expect(verified(forged) == 1) }
    }

    @Test("plus signs of base64 that a form made blanks of are restored, and no other text is touched")
    func plusSigns() throws {
        // Some code of many that has plus signs within, at its beginning of a group, and at its end.
        let codes = (0..<40).map { second in
            TransportVectors.code { $0.made = TransportVectors.made + .seconds(second) }
        }
        var restored = 0
        for code in codes {
            let text = Array(base64(code).utf8)
            let sent = text.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
            guard sent != text else { continue }
            #expect(TransportCodeText.restoringPlusSigns(in: sent) == text)
            restored += 1
        }
        #expect(restored > 0)
        for other in ["HELLO WORLD", "", " ", "TX 12", String(repeating: "gAFX ", count: 80)] {
            #expect(TransportCodeText.restoringPlusSigns(in: Array(other.utf8)) == nil)
        }
        #expect(TransportCodeText.restoringPlusSigns(in: Array(base64(codes[0]).utf8)) == nil, "without a blank")
    }
}
