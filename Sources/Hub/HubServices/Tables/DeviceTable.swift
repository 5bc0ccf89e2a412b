import Base
import HubDomain
import SQLite

/// The devices that registered, each with its own settings and its last report.
public struct DeviceTable {
    private static let settingColumns = DeviceSetting.allCases.map(\.rawValue)
    private static let columns =
        [
            "device_id", "registered_at", "last_heartbeat_at", "reported_time", "software_ver", "cards_version",
            "increment_version", "line_version", "keys_version", "lng", "lat", "course", "speed", "secret", "revoked_at",
        ] + settingColumns

    private static let select = "SELECT \(columns.joined(separator: ", ")) FROM devices"

    let connection: Connection

    /// Nil when nobody registered it.
    public func find(_ id: String) throws(StorageError) -> Device? {
        try connection.first(Self.select + " WHERE device_id = ?", id, read: Self.device)
    }

    /// In the order of their ids.
    public func all() throws -> [Device] {
        var devices: [Device] = []
        try connection.forEach(Self.select + " ORDER BY device_id") { devices.append(Self.device($0)) }
        return devices
    }

    public func count() throws(StorageError) -> Int {
        try connection.first("SELECT count(*) FROM devices") { Int($0.integer(0) ?? 0) } ?? 0
    }

    /// Registers a device that is not registered yet.
    public func insert(_ id: String, at now: WallTime) throws(StorageError) -> Device {
        try connection.run("INSERT INTO devices (device_id, registered_at) VALUES (?, ?)", id, now.milliseconds)
        return Device(id: id, registered: now)
    }

    /// Keeps what a heartbeat tells; one that was held up on its way overwrites nothing newer. What a wrong clock dated in
    /// the future is not newer.
    func keep(_ heartbeat: DeviceReport, of id: String, at now: WallTime) throws(StorageError) {
        try connection.run("UPDATE devices SET last_heartbeat_at = ? WHERE device_id = ?", now.milliseconds, id)
        try connection.run(
            """
            UPDATE devices SET reported_time = ?, software_ver = ?, cards_version = ?, increment_version = ?,
            line_version = ?, lng = ?, lat = ?, course = ?, speed = ?
            WHERE device_id = ? AND (ifnull(reported_time, 0) <= ? OR reported_time > ?)
            """,
            heartbeat.time.seconds, heartbeat.softwareVersion, heartbeat.versions.cards, heartbeat.versions.cardIncrement,
            heartbeat.versions.lineCards, heartbeat.position?.longitude, heartbeat.position?.latitude,
            heartbeat.position?.course, heartbeat.position?.speedKilometresPerHour, id, heartbeat.time.seconds, now.seconds)
    }

    func setKeysVersion(_ version: String, of id: String) throws(StorageError) {
        try connection.run("UPDATE devices SET keys_version = ? WHERE device_id = ?", version, id)
    }

    /// Gives the device a secret of its own, or with nil takes it away, so that the fleet's counts. It is believed again if it was revoked.
    public func setSecret(_ secret: [UInt8]?, of id: String) throws(StorageError) {
        try connection.run("UPDATE devices SET secret = ?, revoked_at = NULL WHERE device_id = ?", secret, id)
    }

    /// Its secret and its tokens are no longer good, and nothing is taken from it.
    public func revoke(_ id: String, at now: WallTime) throws(StorageError) {
        try connection.run("UPDATE devices SET secret = NULL, revoked_at = ? WHERE device_id = ?", now.milliseconds, id)
        try connection.run("DELETE FROM tokens WHERE device_id = ?", id)
    }

    /// A nil value is the configuration's.
    public func set(_ setting: DeviceSetting, _ value: String?, of id: String) throws(StorageError) {
        try connection.run("UPDATE devices SET \(setting.rawValue) = ? WHERE device_id = ?", value, id)
    }

    private static func device(_ row: borrowing Statement) -> Device {
        var device = Device(id: row.text(0) ?? "", registered: WallTime(milliseconds: row.integer(1) ?? 0))
        device.lastHeartbeat = row.integer(2).map { WallTime(milliseconds: $0) }
        device.reportedTime = row.integer(3).map { WallTime(seconds: $0) }
        device.softwareVersion = row.integer(4).map { Int($0) }
        device.versions.cards = row.text(5) ?? "0"
        device.versions.cardIncrement = row.text(6) ?? "0"
        device.versions.lineCards = row.text(7) ?? "0"
        device.versions.keys = row.text(8) ?? "0"
        if let longitude = row.double(9), let latitude = row.double(10) {
            device.position = Position(
                latitude: latitude, longitude: longitude, speedKilometresPerHour: row.double(12), course: row.double(11))
        }
        device.secret = row.blob(13)
        device.revoked = row.integer(14).map { WallTime(milliseconds: $0) }
        let firstSetting = Int32(columns.count - settingColumns.count)
        for (offset, setting) in DeviceSetting.allCases.enumerated() {
            device.own[setting] = row.text(firstSetting + Int32(offset))
        }
        return device
    }
}
