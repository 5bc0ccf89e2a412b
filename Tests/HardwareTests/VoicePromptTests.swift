import Base
import Fares
import Testing
import ValidatorCore

@testable import Hardware

@Suite("Prompts and signals for answers")
struct VoicePromptTests {
    nonisolated static func answer(_ outcome: Outcome, _ reason: Reason, isGreen: Bool) -> Answer {
        Answer(
            source: 0, subject: .ticket([]), isGreen: isGreen, outcome: outcome, reason: reason, mode: .offline, record: nil,
            received: Instant(nanoseconds: 0))
    }

    @Test("an accepted card, and the same card again, are told apart")
    func green() {
        #expect(VoicePrompt(Self.answer(.accepted, .ok, isGreen: true)) == .accepted)
        #expect(VoicePrompt(Self.answer(.repeated, .ok, isGreen: true)) == .repeated)
    }

    @Test(
        "a refusal says why, and says it again to who asks again",
        arguments: [
            (Reason.refusedByPlatform, VoicePrompt.refused), (.blocked, .blocked), (.notOnWhiteList, .notListed),
            (.notOnLineList, .notListed), (.functionOff, .functionOff), (.notInServiceHours, .notInServiceHours),
            (.unreadableCard, .unreadable), (.malformedTicket, .payCash), (.noRootKey, .payCash),
            (.certificateExpired, .payCash), (.issuerNotAccepted, .payCash), (.amountExceeded, .payCash),
            (.platformUnreachable, .payCash), (.authorisationExpired, .expired), (.unknownKey, .invalidTicket),
            (.forgedTicket, .invalidTicket), (.ticketNotYetValid, .notYetValid), (.ticketExpired, .expired),
            (.ticketUsed, .used), (.outOfService, .outOfService),
        ])
    func red(reason: Reason, prompt: VoicePrompt) {
        #expect(VoicePrompt(Self.answer(.refused, reason, isGreen: false)) == prompt)
        #expect(VoicePrompt(Self.answer(.repeated, reason, isGreen: false)) == prompt)
    }

    @Test("every reason has a prompt that is said for red, and every such prompt a reason")
    func complete() {
        let prompts = Set(Reason.allCases.map { VoicePrompt(Self.answer(.refused, $0, isGreen: false)) })
        #expect(prompts == Set(VoicePrompt.allCases).subtracting([.accepted, .repeated]))
    }

    @Test("a prompt without a file falls back to the plain one of its colour")
    func fallback() {
        #expect(VoicePrompt.allCases.filter { $0.fallback == nil } == [.accepted, .refused])
        #expect(VoicePrompt.allCases.filter { $0.fallback == .accepted } == [.repeated])
    }

    @Test("lights and buzzer know four answers")
    func signals() {
        #expect(IndicatorSignal(Self.answer(.accepted, .ok, isGreen: true)) == .accepted)
        #expect(IndicatorSignal(Self.answer(.repeated, .ok, isGreen: true)) == .repeated)
        #expect(IndicatorSignal(Self.answer(.refused, .ticketUsed, isGreen: false)) == .refused)
        #expect(IndicatorSignal(Self.answer(.repeated, .blocked, isGreen: false)) == .refused)
        #expect(IndicatorSignal(Self.answer(.refused, .outOfService, isGreen: false)) == .outOfService)
        #expect(IndicatorSignal.allCases.filter(\.isGreen) == [.accepted, .repeated])
    }
}
