import Base
import HubStore
import SQLite

extension VersionSequence {
    /// The next version, which is taken with the transaction.
    static func take(_ connection: Connection, at now: WallTime) throws(StorageError) -> Int64 {
        let last = try connection.first("SELECT value FROM versions WHERE name = 'last'") { $0.integer(0) ?? 0 }
        let version = next(after: last, at: now)
        try connection.run("INSERT OR REPLACE INTO versions VALUES ('last', ?)", version)
        return version
    }
}
