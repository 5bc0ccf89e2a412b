import Base
import Fares
import HubStore
import SQLite

/// The groups of ticket keys, each named by its version; the highest is in force.
struct KeyTable {
    private static let lastTwo = "SELECT DISTINCT version FROM ticket_keys ORDER BY version DESC LIMIT 2"

    let connection: Connection

    /// A version is the second at which its group was made.
    func facts() throws(StorageError) -> KeyFacts {
        let versions = try connection.all(Self.lastTwo) { $0.integer(0) ?? 0 }
        var ring = KeyRing()
        if let current = versions.first {
            ring.current = try group(current)
            if let previous = versions.dropFirst().first { ring.previous = try group(previous) }
            ring.replaced = WallTime(seconds: current)
        }
        let revoked = try connection.first("SELECT value FROM versions WHERE name = 'keys_revoked'") { $0.integer(0) ?? 0 }
        return KeyFacts(ring: ring, revokedVersion: revoked)
    }

    /// The version of the group in force; nil when there is none.
    func currentVersion() throws(StorageError) -> Int64? {
        try connection.first("SELECT max(version) FROM ticket_keys") { $0.integer(0) } ?? nil
    }

    func adopt(_ keys: [KeyGroup.Key], revokingFormer: Bool, at now: WallTime) throws(StorageError) -> Int64 {
        let former = try currentVersion()
        let version = try VersionSequence.take(connection, at: now)
        for key in keys { try connection.run("INSERT INTO ticket_keys VALUES (?, ?, ?)", version, Int(key.id), key.text) }
        if revokingFormer {
            try connection.run("DELETE FROM ticket_keys WHERE version != ?", version)
            try connection.run("INSERT OR REPLACE INTO versions VALUES ('keys_revoked', ?)", former ?? version - 1)
        } else {
            try connection.run("DELETE FROM ticket_keys WHERE version NOT IN (\(Self.lastTwo))")
        }
        return version
    }

    private func group(_ version: Int64) throws(StorageError) -> KeyGroup {
        let keys = try connection.all("SELECT key_id, key FROM ticket_keys WHERE version = ? ORDER BY key_id", version) { row in
            KeyGroup.Key(id: UInt8(clamping: row.integer(0) ?? 0), text: row.text(1) ?? "")
        }
        return KeyGroup(version: String(version), keys: keys)
    }
}
