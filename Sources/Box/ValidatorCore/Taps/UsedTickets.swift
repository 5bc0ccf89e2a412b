import Base
import Fares

/// The single rides that have been used, until they would be refused as expired anyway, whatever becomes of the calendar.
struct UsedTickets: Sendable {
    private struct End {
        var expires: WallTime
        /// By the monotonic clock.
        var heldUntil: Instant
    }

    private var ends: [[UInt8]: End] = [:]
    private var lastForgetting: Instant?

    /// - Parameter now: of how long they have been held before, nothing is known.
    init(_ tickets: [UsedTicket], at now: Instant) {
        for ticket in tickets { insert(ticket, at: now) }
    }

    func contains(_ bytes: [UInt8]) -> Bool { ends[bytes] != nil }

    mutating func insert(_ ticket: UsedTicket, at now: Instant) {
        if ends.count >= Limits.usedTickets { makeRoom() }
        ends[ticket.bytes] = End(expires: ticket.expires, heldUntil: now + ticket.lifetime)
    }

    /// An eighth at once, so that one rider in thousands waits for it and not each. Of those that expire together some stay.
    private mutating func makeRoom() {
        for (bytes, _) in ends.sorted(by: { $0.value.expires < $1.value.expires }).prefix(Limits.usedTickets / 8) {
            ends[bytes] = nil
        }
    }

    /// Forgets what nobody can use any more at a trusted `time`. It walks over all of them, so at most once in ten minutes.
    mutating func forget(expiredAt time: WallTime, at now: Instant) {
        if let lastForgetting, now - lastForgetting < .seconds(600) { return }
        lastForgetting = now
        ends = ends.filter { $0.value.expires > time || $0.value.heldUntil > now }
    }
}
