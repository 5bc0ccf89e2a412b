import Base
import Cryptography
import Fares
import Testing

@Suite("The times of a VT1 ticket")
struct VT1TimesTests {
    private static let noon = WallTime(seconds: 1_785_729_600)
    private static let key = KeyGroup.Key(id: 1, text: "a84a6ce9")

    /// What stands against a ticket that begins `from` seconds from now.
    private func fault(from: Int64, lifetime: UInt16, start: WallTime? = noon, end: WallTime? = noon) throws -> TicketFault? {
        let ticket = VT1Ticket(
            keyID: 1, kind: .singleRide, card: try #require(CardNumber("00065537")),
            validFrom: UInt32(Self.noon.seconds + from), lifetimeSeconds: lifetime, nonce: 1)
        let text = try #require(VT1Codec(authenticator: Libcrypto(), secret: []).text(of: ticket, key: Self.key))
        var reader = TicketReader(TicketSettings(), Libcrypto())
        let circumstances = TicketCircumstances(
            keys: KeyRing(current: KeyGroup(version: "1", keys: [Self.key])), timeForStart: start, timeForEnd: end,
            skew: .seconds(60))
        if case .failure(let fault) = reader.check(Array(text.utf8), under: circumstances) { return fault }
        return nil
    }

    @Test(
        "have the clock's tolerance on both sides",
        arguments: [
            (61, 600, .notYetValid), (60, 600, nil), (0, 0, nil), (-660, 600, nil), (-661, 600, .expired),
        ] as [(Int64, UInt16, TicketFault?)])
    func tolerance(from: Int64, lifetime: UInt16, expected: TicketFault?) throws {
        #expect(try fault(from: from, lifetime: lifetime) == expected)
    }

    @Test("refuse nobody without a clock that is good enough")
    func withoutClock() throws {
        #expect(try fault(from: 3600, lifetime: 600, start: nil) == nil)
        #expect(try fault(from: -3600, lifetime: 600, end: nil) == nil)
    }
}
