import Base
import Fares
import SQLite

/// The groups of ticket keys, each named by its version; the highest is in force.
public struct KeyTable {
    private static let lastTwo = "SELECT DISTINCT version FROM ticket_keys ORDER BY version DESC LIMIT 2"

    let connection: Connection

    /// The group in force and the one before it. A version is the second at which its group was made.
    public func ring() throws -> KeyRing {
        var versions: [Int64] = []
        try connection.forEach(Self.lastTwo) { versions.append($0.integer(0) ?? 0) }
        guard let current = versions.first else { return KeyRing() }
        return KeyRing(
            current: try group(current), previous: try versions.dropFirst().first.map(group),
            replaced: WallTime(seconds: current))
    }

    /// The version of the group in force; nil when there is none.
    public func currentVersion() throws(StorageError) -> Int64? {
        try connection.first(Self.lastTwo) { $0.integer(0) ?? 0 }
    }

    /// The newest version whose keys are revoked, and with it all that were before; nil when none ever was.
    public func revokedVersion() throws(StorageError) -> Int64? {
        try connection.first("SELECT value FROM versions WHERE name = 'keys_revoked'") { $0.integer(0) ?? 0 }
    }

    /// Puts `keys` in force and gives their version. The group before stays for the tickets that it sealed, unless it is revoked with
    /// them; older ones go.
    public func adopt(
        _ keys: [KeyGroup.Key], revokingFormer: Bool = false, at now: WallTime
    ) throws(StorageError) -> Int64 {
        let former = try currentVersion()
        let version = try VersionSequence(connection: connection).next(at: now)
        for key in keys { try connection.run("INSERT INTO ticket_keys VALUES (?, ?, ?)", version, Int(key.id), key.text) }
        if revokingFormer {
            try connection.run("DELETE FROM ticket_keys WHERE version != ?", version)
            try connection.run("INSERT OR REPLACE INTO versions VALUES ('keys_revoked', ?)", former ?? version - 1)
        } else {
            try connection.run("DELETE FROM ticket_keys WHERE version NOT IN (\(Self.lastTwo))")
        }
        return version
    }

    private func group(_ version: Int64) throws -> KeyGroup {
        var group = KeyGroup(version: String(version), keys: [])
        try connection.forEach("SELECT key_id, key FROM ticket_keys WHERE version = ? ORDER BY key_id", version) { row in
            group.keys.append(KeyGroup.Key(id: UInt8(clamping: row.integer(0) ?? 0), text: row.text(1) ?? ""))
        }
        return group
    }
}
