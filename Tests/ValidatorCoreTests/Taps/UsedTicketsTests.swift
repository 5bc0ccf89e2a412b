import Base
import Fares
import Testing

@testable import ValidatorCore

@Suite("Used single rides")
struct UsedTicketsTests {
    private func ticket(_ number: Int, expires: Int) -> UsedTicket {
        UsedTicket(
            bytes: (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) },
            expires: TestBox.epoch + .seconds(expires), lifetime: .seconds(600))
    }

    private let start = Instant(nanoseconds: 5_000_000_000)

    @Test("are remembered up to a bound; beyond, an eighth of them goes, those that expire soonest")
    func bound() {
        let tickets = (0...Limits.usedTickets).map { ticket($0, expires: $0) }
        let used = UsedTickets(tickets, at: start)
        let eighth = Limits.usedTickets / 8
        #expect(tickets.prefix(eighth).allSatisfy { !used.contains($0.bytes) })
        #expect(tickets.dropFirst(eighth).allSatisfy { used.contains($0.bytes) })
    }

    @Test("that all expire together are not all forgotten at the bound")
    func sameExpiry() {
        let tickets = (0...Limits.usedTickets).map { ticket($0, expires: 0) }
        let used = UsedTickets(tickets, at: start)
        #expect(tickets.count { used.contains($0.bytes) } == Limits.usedTickets - Limits.usedTickets / 8 + 1)
    }

    /// How long after its use, and how long after its expiry by the calendar.
    @Test(
        "are forgotten once they have expired by the calendar and their lifetime has passed by the boot clock",
        arguments: [
            (599, 1, true), (600, -1, true), (600, 0, false), (599, 8 * 365 * 86400, true), (601, -8 * 365 * 86400, true),
            (100_000, -1, true), (100_000, 1, false),
        ])
    func forgotten(sinceUse: Int, sinceExpiry: Int, isHeld: Bool) {
        let ticket = ticket(1, expires: 0)
        var used = UsedTickets([], at: start)
        used.insert(ticket, at: start)
        used.forget(expiredAt: TestBox.epoch + .seconds(sinceExpiry), at: start + .seconds(sinceUse))
        #expect(used.contains(ticket.bytes) == isHeld)
    }

    @Test("of before a restart are held for their lifetime from the start on")
    func restored() {
        let ticket = ticket(1, expires: 0)
        var used = UsedTickets([ticket], at: start)
        used.forget(expiredAt: TestBox.epoch + .seconds(86400), at: start + .seconds(599))
        #expect(used.contains(ticket.bytes))
    }
}
