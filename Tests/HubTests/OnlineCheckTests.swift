import Base
import Fares
import HubDomain
import PlatformAPI
import Testing

/// What the hub answers from what it knows.
@Suite("A device that asks whether a rider may ride")
struct OnlineCheckTests {
    /// 2026-08-03 12:00:00 in Shanghai.
    private static let noon = WallTime(seconds: 1_785_729_600)

    private static let listed = CardStanding(isBlocked: false, isOnWhiteList: true, isOnLineList: false)
    private static let onLine = CardStanding(isBlocked: false, isOnWhiteList: true, isOnLineList: true)
    private static let unknown = CardStanding(isBlocked: false, isOnWhiteList: false, isOnLineList: false)
    private static let blocked = CardStanding(isBlocked: true, isOnWhiteList: false, isOnLineList: false)
    private static let blockedOnLine = CardStanding(isBlocked: true, isOnWhiteList: false, isOnLineList: true)

    private func code(_ presented: RideDecision.Presented, _ own: [DeviceSetting: String] = [:]) -> ReturnCode {
        var settings = DeviceSettings()
        for (setting, value) in own { settings.apply(setting, value) }
        let check = OnlineCheck(settings: settings, presented: presented)
        return ReturnCode(check.reason(under: HubPolicy(), at: Self.noon))
    }

    private func ticket(
        from seconds: Int64 = 0, isUsed: Bool = false, of card: CardStanding = listed
    ) throws -> RideDecision.Presented {
        let ticket = Ticket(
            keyID: 1, kind: .singleRide, card: try #require(CardNumber("00065537")),
            validFrom: UInt32(Self.noon.seconds + seconds), lifetimeSeconds: 600, nonce: 1)
        return .ticket(ticket, isUsed: isUsed, card)
    }

    @Test(
        "is answered by the lists, the device's settings and the hour, for a card as for a ticket of that card",
        arguments: [
            (listed, [:], ReturnCode.success),
            (unknown, [:], .notOnWhiteList),
            (unknown, [.whiteListRequired: "0"], .success),
            (blocked, [:], .blocked),
            (blocked, [.whiteListRequired: "0"], .blocked),
            (listed, [.lineListRequired: "1"], .notOnLineList),
            (onLine, [.lineListRequired: "1"], .success),
            (blockedOnLine, [.lineListRequired: "1", .whiteListRequired: "0"], .blocked),
            (listed, [.window: "11:00-13:00"], .success),
            (listed, [.window: "12:00-13:00"], .success),
            (listed, [.window: "11:00-12:00"], .notInServiceHours),
            (listed, [.window: "22:00-04:00"], .notInServiceHours),
            (listed, [.window: "none"], .success),
            (unknown, [.window: "11:00-12:00"], .notOnWhiteList),
            (blocked, [.window: "11:00-12:00"], .blocked),
        ] as [(CardStanding, [DeviceSetting: String], ReturnCode)])
    func cards(standing: CardStanding, own: [DeviceSetting: String], expected: ReturnCode) throws {
        #expect(code(.card(standing), own) == expected)
        #expect(try code(ticket(of: standing), own) == expected)
    }

    @Test("with cards or tickets switched off is refused these, whatever else stands against them, and not the others")
    func switchedOff() throws {
        let cards: [RideDecision.Presented] = [.card(Self.listed), .card(Self.blocked)]
        let tickets: [RideDecision.Presented] = [
            try ticket(), try ticket(isUsed: true), .badTicket(.malformed), .badTicket(.forged),
        ]
        for presented in cards { #expect(code(presented, [.cardsEnabled: "0"]) == .functionOff) }
        for presented in tickets { #expect(code(presented, [.ticketsEnabled: "0"]) == .functionOff) }
        #expect(code(.card(Self.listed), [.ticketsEnabled: "0"]) == .success)
        #expect(try code(ticket(), [.cardsEnabled: "0"]) == .success)
    }

    @Test("is told what is wrong with a ticket")
    func tickets() throws {
        #expect(code(.badTicket(.malformed)) == .malformedTicket)
        #expect(code(.badTicket(.unknownKey)) == .unknownKey)
        #expect(code(.badTicket(.forged)) == .forgedTicket)
        #expect(try code(ticket(from: 61)) == .ticketNotYetValid)
        #expect(try code(ticket(from: 60)) == .success)
        #expect(try code(ticket(from: -660)) == .success)
        #expect(try code(ticket(from: -661)) == .ticketExpired)
        #expect(try code(ticket(isUsed: true)) == .ticketUsed)
        #expect(try code(ticket(from: -661, isUsed: true)) == .ticketExpired)
    }
}
