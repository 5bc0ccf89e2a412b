import Base
import Fares
import SQLite

/// The rows of `used_tickets`: single rides, under the row of the tap that used them, so that appending dirties one page.
struct UsedTicketTable: ~Copyable {
    private let insertion: Statement

    init(_ database: borrowing Database) throws(StorageError) {
        insertion = try database.prepare("INSERT INTO used_tickets (tap, ticket, expires_ms) VALUES (?1, ?2, ?3)")
    }

    /// Inside the tap's transaction.
    func insert(_ ticket: UsedTicket, tap: Int64) throws(StorageError) {
        try insertion.bind(tap, at: 1)
        try insertion.bind(ticket.bytes, at: 2)
        try insertion.bind(ticket.expires.milliseconds, at: 3)
        try insertion.run()
    }

    /// Forgets expired tickets among the 256 oldest, and whatever is beyond `limit`. One that has not expired holds the younger
    /// ones up for its own lifetime at most, 18 hours.
    /// - Returns: how many went.
    static func purge(expiredAt time: WallTime, limit: Int, _ database: borrowing Database) throws(StorageError) -> Int {
        try database.execute(
            """
            DELETE FROM used_tickets WHERE expires_ms < \(time.milliseconds) \
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
            SELECT ticket, expires_ms FROM (SELECT tap, ticket, expires_ms FROM used_tickets ORDER BY tap DESC LIMIT \(limit)) \
            ORDER BY tap
            """)
        var tickets: [UsedTicket] = []
        while try rows.step() {
            if let bytes = rows.blob(0), let expires = rows.wallTime(1) {
                tickets.append(UsedTicket(bytes: bytes, expires: expires))
            }
        }
        return tickets
    }
}
