import Base
import HubDomain
import SQLite

/// Where the devices were: one row a heartbeat that had a fix.
public struct PositionTable {
    let connection: Connection

    /// Stored once, however often it is sent.
    func insert(
        _ position: Position, deviceID: String, requestID: String, time: WallTime, received: WallTime
    ) throws(StorageError) {
        let times = RequestIdentity(
            deviceID: deviceID, requestID: requestID, time: time, tolerance: RequestIdentity.positionTolerance
        ).times
        try connection.run(
            "UPDATE positions SET duplicates = duplicates + 1 WHERE device_id = ? AND req_id = ? AND time BETWEEN ? AND ?",
            deviceID, requestID, times.lowerBound.seconds, times.upperBound.seconds)
        guard connection.changedRows == 0 else { return }
        try connection.run(
            "INSERT INTO positions (device_id, req_id, time, lng, lat, course, speed, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            deviceID, requestID, time.seconds, position.longitude, position.latitude, position.course,
            position.speedKilometresPerHour, received.milliseconds)
    }

    /// Deletes at most `limit` of the positions that were received before `time`, and says how many.
    public func prune(receivedBefore time: WallTime, limit: Int) throws(StorageError) -> Int {
        // Rows arrive in the order of their ids, so the oldest are found without a search.
        try connection.run(
            "DELETE FROM positions WHERE received_at < ? AND id IN (SELECT id FROM positions ORDER BY id LIMIT ?)",
            time.milliseconds, limit)
        return connection.changedRows
    }
}
