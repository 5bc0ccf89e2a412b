import Base
import HubDomain
import SQLite

/// The access tokens that were given out.
public struct TokenTable {
    /// Tokens that one device may hold at once; beyond, its oldest goes.
    static let maximumPerDevice = 8

    let connection: Connection

    func find(_ token: String) throws(StorageError) -> AccessToken? {
        try connection.first("SELECT device_id, expires_at FROM tokens WHERE token = ?", token) { row in
            AccessToken(deviceID: row.text(0) ?? "", expires: WallTime(milliseconds: row.integer(1) ?? 0))
        }
    }

    /// Those that are good at `now`, by device.
    public func all(at now: WallTime) throws -> [(text: String, token: AccessToken)] {
        var tokens: [(text: String, token: AccessToken)] = []
        let sql = "SELECT token, device_id, expires_at FROM tokens WHERE expires_at > ? ORDER BY device_id, expires_at"
        try connection.forEach(sql, now.milliseconds) { row in
            let expires = WallTime(milliseconds: row.integer(2) ?? 0)
            tokens.append((row.text(0) ?? "", AccessToken(deviceID: row.text(1) ?? "", expires: expires)))
        }
        return tokens
    }

    func insert(_ text: String, _ token: AccessToken) throws(StorageError) {
        try connection.run("INSERT INTO tokens VALUES (?, ?, ?)", text, token.deviceID, token.expires.milliseconds)
        try connection.run(
            """
            DELETE FROM tokens WHERE token IN
            (SELECT token FROM tokens WHERE device_id = ? ORDER BY expires_at DESC LIMIT -1 OFFSET ?)
            """, token.deviceID, Self.maximumPerDevice)
    }

    /// Deletes what has expired.
    public func prune(at now: WallTime) throws(StorageError) {
        try connection.run("DELETE FROM tokens WHERE expires_at < ?", now.milliseconds)
    }
}
