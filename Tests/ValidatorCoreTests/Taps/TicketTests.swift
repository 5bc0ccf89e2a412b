import Cryptography
import Testing

@testable import Base
@testable import Fares

@Suite("VT1 tickets")
struct TicketTests {
    private static let authenticator = Libcrypto()
    private static let vectors: [(VT1Ticket, KeyGroup.Key, String, String)] = [
        (
            VT1Ticket(
                keyID: 1, kind: .singleRide, card: CardNumber("00065537")!, validFrom: 1_700_000_000, lifetimeSeconds: 600,
                nonce: 0x0102_0304),
            KeyGroup.Key(id: 1, text: "a84a6ce9"), "", "VT1AEAIAADFKNYAAAAAMVJ7CAACLAAQEAYEWVZR7XNG5I4AQSTN"
        ),
        (
            VT1Ticket(
                keyID: 4, kind: .pass, card: CardNumber("04A2B3C4D5E680")!, validFrom: 1_700_000_000, lifetimeSeconds: 65535,
                nonce: 0xFFFF_FFFF),
            KeyGroup.Key(id: 4, text: "c7da847c"), "", "VT1AQA6ASRLHRGV42AAMVJ7CAH777777777PCNCM4VXVVT4MW65"
        ),
        (
            VT1Ticket(
                keyID: 1, kind: .singleRide, card: CardNumber("00065537")!, validFrom: 1_700_000_000, lifetimeSeconds: 600,
                nonce: 0x0102_0304),
            KeyGroup.Key(id: 1, text: "a84a6ce9"), "provisioning secret", "VT1AEAIAADFKNYAAAAAMVJ7CAACLAAQEAYEKHR4VRCRBPBHIONF"
        ),
    ]

    private static func fault(of text: String, _ keys: [KeyGroup.Key], _ codec: VT1Codec) -> TicketFault? {
        let circumstances = TicketCircumstances(
            keys: KeyRing(current: KeyGroup(version: "1", keys: keys)), timeForStart: nil, timeForEnd: nil, skew: .zero)
        return codec.examine(Array(text.utf8), under: circumstances, isThorough: false).fault
    }

    @Test("match the published vectors, printed and read", arguments: 0..<3)
    func vector(index: Int) throws {
        let (ticket, key, secret, text) = Self.vectors[index]
        let codec = VT1Codec(authenticator: Self.authenticator, secret: Array(secret.utf8))
        #expect(codec.text(of: ticket, key: key) == text)
        for scanned in [text, text.lowercased()] {
            #expect(codec.content(of: Array(scanned.utf8))?.ticket == ticket)
            #expect(Self.fault(of: scanned, [key], codec) == nil)
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
                // Another key's number is no key of ours.
                #expect(Self.fault(of: changed, [key], codec) != nil, "\(changed)")
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
        #expect(Self.fault(of: text, [], codec) == .malformed)
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

    @Test(
        "of a group that is revoked are refused at once, whatever the clock says, and those of a later one are read",
        arguments: [
            ("1", "1", ["new"]), ("1", "2", ["new"]), ("2", "1", ["new", "old"]), ("June", "1", ["new"]), ("1", "June", ["new"]),
            ("10", "9", ["new", "old"]), ("1", nil, ["new", "old"]),
        ] as [(String, String?, [String])])
    func revokedGroup(former: String, revoked: String?, honoured: [String]) {
        let start = WallTime(seconds: 1_700_000_000)
        func group(_ version: String, _ text: String, revoked: String? = nil) -> KeyGroup {
            KeyGroup(version: version, keys: [KeyGroup.Key(id: 1, text: text)], revokedVersion: revoked)
        }
        for time in [start, nil] {
            var ring = KeyRing()
            ring.adopt(group(former, "old"), at: time)
            ring.adopt(group("77", "new", revoked: revoked), at: time)
            #expect(ring.keys(id: 1, at: time).map(\.text) == honoured)
            // A box that knows the new group already, and hears only later that the old one is revoked.
            ring = KeyRing()
            ring.adopt(group(former, "old"), at: time)
            ring.adopt(group("77", "new"), at: time)
            ring.adopt(group("77", "new", revoked: revoked), at: time)
            #expect(ring.keys(id: 1, at: time).map(\.text) == honoured)
        }
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
