import Cryptography
import Testing

@testable import Base
@testable import Fares

@Suite("VT1 tickets")
struct TicketTests {
    private static let authenticator = LibcryptoAuthenticator()
    private static let vectors: [(Ticket, KeyGroup.Key, String, String)] = [
        (
            Ticket(
                keyID: 1, kind: .singleRide, card: CardNumber("00065537")!, validFrom: 1_700_000_000, lifetimeSeconds: 600,
                nonce: 0x0102_0304),
            KeyGroup.Key(id: 1, text: "a84a6ce9"), "", "VT1AEAIAADFKNYAAAAAMVJ7CAACLAAQEAYEWVZR7XNG5I4AQSTN"
        ),
        (
            Ticket(
                keyID: 4, kind: .pass, card: CardNumber("04A2B3C4D5E680")!, validFrom: 1_700_000_000, lifetimeSeconds: 65535,
                nonce: 0xFFFF_FFFF),
            KeyGroup.Key(id: 4, text: "c7da847c"), "", "VT1AQA6ASRLHRGV42AAMVJ7CAH777777777PCNCM4VXVVT4MW65"
        ),
        (
            Ticket(
                keyID: 1, kind: .singleRide, card: CardNumber("00065537")!, validFrom: 1_700_000_000, lifetimeSeconds: 600,
                nonce: 0x0102_0304),
            KeyGroup.Key(id: 1, text: "a84a6ce9"), "provisioning secret", "VT1AEAIAADFKNYAAAAAMVJ7CAACLAAQEAYEKHR4VRCRBPBHIONF"
        ),
    ]

    @Test("match the published vectors, printed and read", arguments: 0..<3)
    func vector(index: Int) throws {
        let (ticket, key, secret, text) = Self.vectors[index]
        let codec = VT1Codec(authenticator: Self.authenticator, secret: Array(secret.utf8))
        #expect(codec.text(of: ticket, key: key) == text)
        for scanned in [text, text.lowercased()] {
            #expect(try codec.read(Array(scanned.utf8)) { $0 == key.id ? [key] : [] }.get().ticket == ticket)
        }
    }

    @Test("with any one character changed are refused")
    func tampered() {
        let (_, key, _, text) = Self.vectors[0]
        let codec = VT1Codec(authenticator: Self.authenticator, secret: [])
        for index in text.indices {
            for replacement in "A7" where text[index] != replacement {
                var changed = text
                changed.replaceSubrange(index...index, with: String(replacement))
                let result = codec.read(Array(changed.utf8)) { _ in [key] }
                #expect(throws: TicketFault.self) { try result.get() }
            }
        }
    }

    @Test(
        "are told from anything else a scanner may read",
        arguments: [
            "", "V", "VT1", "VT2AEAIAADFKNYAAAAAMVJ7CAACLAAQEAYEWVZR7XNG5I4AQSTN", "🎫🚌", String(repeating: "A", count: 4096),
            "VT1AEAIAADFKNYAAAAAMVJ7CAACLAAQEAYEWVZR7XNG5I4AQST", "VT1AEAIAADFKNYAAAAAMVJ7CAACLAAQEAYEWVZR7XNG5I4AQSTNA",
            "VT10EAIAADFKNYAAAAAMVJ7CAACLAAQEAYEWVZR7XNG5I4AQSTN",
        ])
    func malformed(text: String) {
        let codec = VT1Codec(authenticator: Self.authenticator, secret: [])
        #expect(codec.read(Array(text.utf8)) { _ in [] } == .failure(.malformed))
    }

    @Test("are read with the previous key group for the longest lifetime, and then no more")
    func previousGroup() {
        var ring = KeyRing()
        let start = WallTime(seconds: 1_700_000_000)
        ring.adopt(KeyGroup(version: "1", keys: [KeyGroup.Key(id: 1, text: "old")]), at: start)
        ring.adopt(KeyGroup(version: "2", keys: [KeyGroup.Key(id: 1, text: "new")]), at: start)
        #expect(ring.keys(id: 1, at: start + .seconds(65535)).map(\.text) == ["new", "old"])
        #expect(ring.keys(id: 1, at: start + .seconds(65536)).map(\.text) == ["new"])
        #expect(ring.keys(id: 1, at: nil).map(\.text) == ["new", "old"])
        ring.adopt(KeyGroup(version: "2", keys: [KeyGroup.Key(id: 1, text: "newer")]), at: start + .seconds(5))
        #expect(ring.keys(id: 1, at: start).map(\.text) == ["newer", "old"])
    }

    @Test("base32 refuses bits that no encoder leaves over")
    func strictBase32() {
        #expect(Base32.decode(Array("MY".utf8)) == Array("f".utf8))
        #expect(Base32.decode(Array("MZ".utf8)) == nil)
        for count in 0...40 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
            #expect(Base32.decode(Array(Base32.encode(bytes).utf8)) == bytes)
        }
    }
}
