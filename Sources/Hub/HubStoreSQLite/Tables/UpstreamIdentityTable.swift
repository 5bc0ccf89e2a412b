import Base
import HubDomain
import HubStore
import SQLite

/// What the platform calls devices.
struct UpstreamIdentityTable {
    private static let select = "SELECT device_id, upstream_id, since_at, until_at FROM upstream_identities"

    let connection: Connection

    func inForce() throws(StorageError) -> [UpstreamIdentity] {
        try connection.all("\(Self.select) WHERE until_at IS NULL ORDER BY device_id", read: Self.identity)
    }

    func history(of id: String) throws(StorageError) -> [UpstreamIdentity] {
        try connection.all("\(Self.select) WHERE ?1 IN (device_id, upstream_id) ORDER BY id", id, read: Self.identity)
    }

    func set(_ deviceID: String, to upstreamID: String?, at now: WallTime) throws {
        let upstreamID = upstreamID == deviceID ? nil : upstreamID
        let wanted = upstreamID ?? deviceID
        let holder = try connection.first(
            """
            SELECT device_id FROM upstream_identities WHERE upstream_id = ?1 AND until_at IS NULL AND device_id <> ?2
            UNION ALL
            SELECT device_id FROM devices d WHERE device_id = ?1 AND device_id <> ?2 AND revoked_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM upstream_identities u WHERE u.device_id = d.device_id AND u.until_at IS NULL)
            """, wanted, deviceID
        ) { $0.text(0) ?? "" }
        if let holder { throw HubStoreError.identityTaken(wanted, by: holder) }
        let former = try connection.first(
            "\(Self.select) WHERE device_id = ? AND until_at IS NULL", deviceID, read: Self.identity)
        guard former?.upstreamID != upstreamID else { return }
        try connection.run(
            "UPDATE upstream_identities SET until_at = ? WHERE device_id = ? AND until_at IS NULL", now.milliseconds, deviceID)
        guard let upstreamID else { return }
        try connection.run(
            "INSERT INTO upstream_identities (device_id, upstream_id, since_at) VALUES (?, ?, ?)", deviceID, upstreamID,
            now.milliseconds)
    }

    private static func identity(_ row: borrowing Statement) -> UpstreamIdentity {
        UpstreamIdentity(
            deviceID: row.text(0) ?? "", upstreamID: row.text(1) ?? "", since: WallTime(milliseconds: row.integer(2) ?? 0),
            until: row.integer(3).map { WallTime(milliseconds: $0) })
    }
}
