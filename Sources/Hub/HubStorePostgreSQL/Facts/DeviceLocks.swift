import HubDomain
import HubStore
import PostgreSQL

/// Keeps the other hubs from a batch's devices until the batch is committed. Everybody locks in the order of the ids.
struct DeviceLocks {
    private static let columns = Columns(StoreTable.devices.columns)
    private static let select = "SELECT \(columns.names) FROM devices WHERE device_id = ANY($1) ORDER BY device_id"
    /// The first half of the numbers of the locks in place of devices.
    private static let lockClass = 7_626
    /// So many at most, since the server has room for some thousand locks.
    private static let lockCount = 1024

    let connection: PostgreSQLConnection

    /// The devices of those ids, as they are.
    func read(_ ids: Set<String>) throws(PostgreSQLError) -> [String: Device] { try devices(Self.select, ids) }

    /// The devices of those ids, locked. Where there is none, whoever would make it, or store something in its name, is kept out, too.
    func lock(_ ids: Set<String>) throws(PostgreSQLError) -> [String: Device] {
        var found = try devices(Self.select + " FOR UPDATE", ids)
        let missing = ids.subtracting(found.keys)
        guard !missing.isEmpty else { return found }
        try connection.run(
            """
            SELECT pg_advisory_xact_lock(\(Self.lockClass), number) FROM (
                SELECT DISTINCT (hashtextextended(id COLLATE "C", 0) & \(Self.lockCount - 1))::int4 AS number FROM unnest($1) AS id
                ORDER BY number
            ) AS numbers
            """, .texts(missing.sorted()))
        // Registered while this one waited.
        found.merge(try devices(Self.select + " FOR UPDATE", missing)) { $1 }
        return found
    }

    private func devices(_ sql: String, _ ids: Set<String>) throws(PostgreSQLError) -> [String: Device] {
        guard !ids.isEmpty else { return [:] }
        var devices: [String: Device] = [:]
        for row in try connection.run(sql, .texts(Array(ids))) {
            let device = StoreRow.device(Self.columns.values(row))
            devices[device.id] = device
        }
        return devices
    }
}
