import Base
import HubDomain
import HubStore
import PostgreSQL

/// What the platform calls devices.
struct UpstreamIdentityTable {
    private static let columns = Columns(StoreTable.upstreamIdentities.columns)
    private static let select = "SELECT \(columns.names) FROM upstream_identities"

    let connection: PostgreSQLConnection

    func inForce() throws(PostgreSQLError) -> [UpstreamIdentity] {
        try connection.run("\(Self.select) WHERE until_at IS NULL ORDER BY device_id").map(Self.identity)
    }

    func history(of id: String) throws(PostgreSQLError) -> [UpstreamIdentity] {
        try connection.run("\(Self.select) WHERE device_id = $1 OR upstream_id = $1 ORDER BY id", .text(id)).map(Self.identity)
    }

    func set(_ deviceID: String, to upstreamID: String?, at now: WallTime) throws {
        let upstreamID = upstreamID == deviceID ? nil : upstreamID
        let wanted = upstreamID ?? deviceID
        // Operators' commands come one after the other.
        try connection.execute("LOCK TABLE upstream_identities IN SHARE ROW EXCLUSIVE MODE")
        let holder = try connection.run(
            """
            SELECT device_id FROM upstream_identities WHERE upstream_id = $1 AND until_at IS NULL AND device_id <> $2
            UNION ALL
            SELECT device_id FROM devices d WHERE device_id = $1 AND device_id <> $2 AND revoked_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM upstream_identities u WHERE u.device_id = d.device_id AND u.until_at IS NULL)
            """, .text(wanted), .text(deviceID)
        ).first?.text(0)
        if let holder { throw HubStoreError.identityTaken(wanted, by: holder) }
        let former = try connection.run("\(Self.select) WHERE device_id = $1 AND until_at IS NULL", .text(deviceID)).first.map(
            Self.identity)
        guard former?.upstreamID != upstreamID else { return }
        try connection.run(
            "UPDATE upstream_identities SET until_at = $1 WHERE device_id = $2 AND until_at IS NULL", .integer(now.milliseconds),
            .text(deviceID))
        guard let upstreamID else { return }
        try connection.run(
            "INSERT INTO upstream_identities (device_id, upstream_id, since_at) VALUES ($1, $2, $3)", .text(deviceID),
            .text(upstreamID), .integer(now.milliseconds))
    }

    private static func identity(_ row: PostgreSQLRows.Row) -> UpstreamIdentity { StoreRow.identity(columns.values(row)) }
}
