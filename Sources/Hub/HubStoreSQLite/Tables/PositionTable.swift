import Base
import HubStore
import SQLite

/// Where the devices were: one row a heartbeat that had a fix.
struct PositionTable {
    let connection: Connection

    /// Stored once, however often it is sent.
    func insert(_ stored: StoredPosition) throws(StorageError) {
        let times = stored.identity.times
        try connection.run(
            "UPDATE positions SET duplicates = duplicates + ? WHERE device_id = ? AND req_id = ? AND time BETWEEN ? AND ?",
            stored.duplicates + 1, stored.deviceID, stored.requestID, times.lowerBound.seconds, times.upperBound.seconds)
        guard connection.changedRows == 0 else { return }
        let position = stored.position
        try connection.run(
            """
            INSERT INTO positions (device_id, req_id, time, lng, lat, course, speed, received_at, duplicates)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            stored.deviceID, stored.requestID, stored.time.seconds, position.longitude, position.latitude, position.course,
            position.speedKilometresPerHour, stored.received.milliseconds, stored.duplicates)
    }

    func prune(receivedBefore time: WallTime, limit: Int) throws(StorageError) -> Int {
        // Rows arrive in the order of their ids, so the oldest are found without a search.
        try connection.run(
            "DELETE FROM positions WHERE received_at < ? AND id IN (SELECT id FROM positions ORDER BY id LIMIT ?)",
            time.milliseconds, limit)
        return connection.changedRows
    }
}
