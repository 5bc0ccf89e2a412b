import Base
import Fares
import Testing

@testable import ValidatorCore

@Suite("Used single rides")
struct UsedTicketsTests {
    private func ticket(_ number: Int, expires: Int) -> UsedTicket {
        UsedTicket(
            bytes: (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) },
            expires: TestBox.epoch + .seconds(expires))
    }

    @Test("are remembered up to a bound; beyond, an eighth of them goes, those that expire soonest")
    func bound() {
        let tickets = (0...Limits.usedTickets).map { ticket($0, expires: $0) }
        let used = UsedTickets(tickets)
        let eighth = Limits.usedTickets / 8
        #expect(tickets.prefix(eighth).allSatisfy { !used.contains($0.bytes) })
        #expect(tickets.dropFirst(eighth).allSatisfy { used.contains($0.bytes) })
    }

    @Test("that all expire together are not all forgotten at the bound")
    func sameExpiry() {
        let tickets = (0...Limits.usedTickets).map { ticket($0, expires: 0) }
        let used = UsedTickets(tickets)
        #expect(tickets.count { used.contains($0.bytes) } == Limits.usedTickets - Limits.usedTickets / 8 + 1)
    }
}
