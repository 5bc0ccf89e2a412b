import Base
import HubDomain
import HubStore
import SQLite

/// The access tokens that were given out.
struct TokenTable {
    let connection: Connection

    func find(_ token: String) throws(StorageError) -> AccessToken? {
        try connection.first("SELECT device_id, expires_at FROM tokens WHERE token = ?", token) { row in
            AccessToken(deviceID: row.text(0) ?? "", expires: WallTime(milliseconds: row.integer(1) ?? 0))
        }
    }

    func all(at now: WallTime) throws(StorageError) -> [NamedToken] {
        let sql = "SELECT token, device_id, expires_at FROM tokens WHERE expires_at > ? ORDER BY device_id, expires_at"
        return try connection.all(sql, now.milliseconds) { row in
            let expires = WallTime(milliseconds: row.integer(2) ?? 0)
            return NamedToken(row.text(0) ?? "", AccessToken(deviceID: row.text(1) ?? "", expires: expires))
        }
    }

    func insert(_ token: NamedToken) throws(StorageError) {
        let (text, deviceID) = (token.text, token.token.deviceID)
        try connection.run("INSERT INTO tokens VALUES (?, ?, ?)", text, deviceID, token.token.expires.milliseconds)
        try connection.run(
            """
            DELETE FROM tokens WHERE token IN
            (SELECT token FROM tokens WHERE device_id = ? ORDER BY expires_at DESC LIMIT -1 OFFSET ?)
            """, deviceID, AccessToken.maximumPerDevice)
    }
}
