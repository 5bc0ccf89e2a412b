import Base
import Fares
import SQLite

/// The single rides that have been taken, by their names, until they would be refused as expired anyway.
public struct UsedTicketTable {
    let connection: Connection

    func contains(_ ticket: Ticket) throws(StorageError) -> Bool {
        try connection.first("SELECT 1 FROM used_tickets WHERE ticket = ?", ticket.name) { _ in true } ?? false
    }

    func insert(_ ticket: UsedTicket) throws(StorageError) {
        try connection.run("INSERT OR IGNORE INTO used_tickets VALUES (?, ?)", ticket.bytes, ticket.expires.milliseconds)
    }

    /// Deletes what nobody can use any more.
    public func prune(at now: WallTime) throws(StorageError) {
        try connection.run("DELETE FROM used_tickets WHERE expires_at < ?", now.milliseconds)
    }
}
