import Base
import Fares

/// The single rides that have been used, until they would be refused as expired anyway.
struct UsedTickets: Sendable {
    private var expiries: [[UInt8]: WallTime] = [:]
    private var lastForgetting: WallTime?

    init(_ tickets: [UsedTicket]) {
        for ticket in tickets { insert(ticket) }
    }

    func contains(_ bytes: [UInt8]) -> Bool { expiries[bytes] != nil }

    mutating func insert(_ ticket: UsedTicket) {
        if expiries.count >= Limits.usedTickets { makeRoom() }
        expiries[ticket.bytes] = ticket.expires
    }

    /// An eighth at once, so that one rider in thousands waits for it and not each. Of those that expire together some stay.
    private mutating func makeRoom() {
        for (bytes, _) in expiries.sorted(by: { $0.value < $1.value }).prefix(Limits.usedTickets / 8) {
            expiries[bytes] = nil
        }
    }

    /// Forgets what nobody can use any more at a trusted `time`. It walks over all of them, so at most once in ten minutes.
    mutating func forget(expiredAt time: WallTime) {
        if let lastForgetting, time >= lastForgetting, time - lastForgetting < .seconds(600) { return }
        lastForgetting = time
        expiries = expiries.filter { $0.value > time }
    }
}
