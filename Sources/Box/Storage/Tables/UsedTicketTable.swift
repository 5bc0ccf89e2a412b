import Base
import Fares
import SQLite

/// The rows of `used_tickets`: single rides, under the row of the tap that used them, so that appending dirties one page.
struct UsedTicketTable: ~Copyable {
    private let insertion: Statement

    init(_ database: borrowing Database) throws(StorageError) {
        insertion = try database.prepare(
            "INSERT INTO used_tickets (tap, ticket, expires_ms, lifetime_s, used_at_s) VALUES (?1, ?2, ?3, ?4, ?5)")
    }

    /// Inside the tap's transaction.
    ///
    /// - Parameter runningTime: the outbox's, when the ticket was used.
    func insert(_ ticket: UsedTicket, tap: Int64, runningTime: Duration) throws(StorageError) {
        try insertion.bind(tap, at: 1)
        try insertion.bind(ticket.bytes, at: 2)
        try insertion.bind(ticket.expires.milliseconds, at: 3)
        try insertion.bind(ticket.lifetime.wholeSeconds, at: 4)
        // Rounded up: never too early.
        try insertion.bind(runningTime.wholeSeconds + 1, at: 5)
        try insertion.run()
    }

    /// Forgets tickets among the 256 oldest that have expired and have also been held for their lifetime while boxes ran, and
    /// whatever is beyond `limit`. One that stays holds the younger ones up for its own lifetime at most, 18 hours.
    /// - Returns: how many went.
    static func purge(
        expiredAt time: WallTime, runningTime: Duration, limit: Int, _ database: borrowing Database
    ) throws(StorageError) -> Int {
        try database.execute(
            """
            DELETE FROM used_tickets WHERE expires_ms < \(time.milliseconds) \
            AND used_at_s + lifetime_s <= \(runningTime.wholeSeconds) \
            AND tap IN (SELECT tap FROM used_tickets ORDER BY tap LIMIT 256)
            """)
        let expired = database.changedRows
        try database.execute(
            "DELETE FROM used_tickets WHERE tap <= (SELECT tap FROM used_tickets ORDER BY tap DESC LIMIT 1 OFFSET \(limit))")
        return expired + database.changedRows
    }

    /// In the order of their use, the latest `limit`.
    static func restore(limit: Int, _ database: borrowing Database) throws(StorageError) -> [UsedTicket] {
        let rows = try database.prepare(
            """
            SELECT ticket, expires_ms, lifetime_s FROM (SELECT * FROM used_tickets ORDER BY tap DESC LIMIT \(limit)) ORDER BY tap
            """)
        var tickets: [UsedTicket] = []
        while try rows.step() {
            if let bytes = rows.blob(0), let expires = rows.wallTime(1) {
                tickets.append(UsedTicket(bytes: bytes, expires: expires, lifetime: .seconds(rows.integer(2) ?? 0)))
            }
        }
        return tickets
    }
}
