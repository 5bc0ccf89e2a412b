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

    private func ticket(isUsed: Bool = false, of card: CardStanding = listed) -> RideDecision.Presented {
        .ticket(isUsed: isUsed, card)
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
    func cards(standing: CardStanding, own: [DeviceSetting: String], expected: ReturnCode) {
        #expect(code(.card(standing), own) == expected)
        #expect(code(ticket(of: standing), own) == expected)
    }

    @Test("with cards or tickets switched off is refused these, whatever else stands against them, and not the others")
    func switchedOff() {
        let cards: [RideDecision.Presented] = [.card(Self.listed), .card(Self.blocked)]
        let tickets: [RideDecision.Presented] = [
            ticket(), ticket(isUsed: true), .badTicket(.malformed), .badTicket(.forged),
        ]
        for presented in cards { #expect(code(presented, [.cardsEnabled: "0"]) == .functionOff) }
        for presented in tickets { #expect(code(presented, [.ticketsEnabled: "0"]) == .functionOff) }
        #expect(code(.card(Self.listed), [.ticketsEnabled: "0"]) == .success)
        #expect(code(ticket(), [.cardsEnabled: "0"]) == .success)
    }

    @Test("is told what is wrong with a ticket")
    func tickets() {
        for fault in TicketFault.allCases { #expect(code(.badTicket(fault)) == ReturnCode(Reason(fault))) }
        #expect(code(ticket(isUsed: true)) == .ticketUsed)
    }
}
