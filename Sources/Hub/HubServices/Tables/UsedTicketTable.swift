import Base
import Fares
import SQLite

/// The single rides that have been taken, by their 30 bytes, until they would be refused as expired anyway.
public struct UsedTicketTable {
    let connection: Connection

    func contains(_ ticket: SealedTicket) throws(StorageError) -> Bool {
        try connection.first("SELECT 1 FROM used_tickets WHERE ticket = ?", ticket.bytes) { _ in true } ?? false
    }

    func insert(_ ticket: SealedTicket, expires: WallTime) throws(StorageError) {
        try connection.run("INSERT OR IGNORE INTO used_tickets VALUES (?, ?)", ticket.bytes, expires.milliseconds)
    }

    /// Deletes what nobody can use any more.
    public func prune(at now: WallTime) throws(StorageError) {
        try connection.run("DELETE FROM used_tickets WHERE expires_at < ?", now.milliseconds)
    }
}
