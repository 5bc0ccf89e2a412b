import Base
import Fares
import HubStore
import PostgreSQL

/// The groups of ticket keys, each named by its version; the highest is in force.
struct KeyTable {
    private static let lastTwo = "SELECT DISTINCT version FROM ticket_keys ORDER BY version DESC LIMIT 2"

    let connection: PostgreSQLConnection

    /// A version is the second at which its group was made.
    func facts() throws(PostgreSQLError) -> KeyFacts {
        let rows = try connection.run(
            "SELECT version, key_id, key FROM ticket_keys WHERE version IN (\(Self.lastTwo)) ORDER BY version DESC, key_id")
        var groups: [(version: Int64, keys: [KeyGroup.Key])] = []
        for row in rows {
            let version = row.integer(0) ?? 0
            if groups.last?.version != version { groups.append((version, [])) }
            groups[groups.count - 1].keys.append(KeyGroup.Key(id: UInt8(clamping: row.integer(1) ?? 0), text: row.text(2) ?? ""))
        }
        var ring = KeyRing()
        if let current = groups.first {
            ring.current = KeyGroup(version: String(current.version), keys: current.keys)
            ring.previous = groups.dropFirst().first.map { KeyGroup(version: String($0.version), keys: $0.keys) }
            ring.replaced = WallTime(seconds: current.version)
        }
        let revoked = try connection.run("SELECT value FROM versions WHERE name = 'keys_revoked'").first?.integer(0)
        return KeyFacts(ring: ring, revokedVersion: revoked)
    }

    func adopt(_ keys: [KeyGroup.Key], revokingFormer: Bool, at now: WallTime) throws(PostgreSQLError) -> Int64 {
        let version = try VersionSequence.take(connection, at: now)
        let former = try connection.run("SELECT max(version) FROM ticket_keys").first?.integer(0)
        try connection.run(
            "INSERT INTO ticket_keys SELECT $1, * FROM unnest($2, $3)", .integer(version), .integers(keys.map { Int64($0.id) }),
            .texts(keys.map(\.text)))
        if revokingFormer {
            try connection.run("DELETE FROM ticket_keys WHERE version <> $1", .integer(version))
            try connection.run(
                "INSERT INTO versions VALUES ('keys_revoked', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                .integer(former ?? version - 1))
        } else {
            try connection.run("DELETE FROM ticket_keys WHERE version NOT IN (\(Self.lastTwo))")
        }
        return version
    }
}
