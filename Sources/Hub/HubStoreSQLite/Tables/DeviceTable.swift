import Base
import HubDomain
import HubStore
import SQLite

/// The devices that registered, each with its own settings and its last report.
struct DeviceTable {
    private static let columns = StoreTable.devices.columns.map(\.name)
    private static let select = "SELECT \(columns.joined(separator: ", ")) FROM devices"
    private static let insert =
        "INSERT INTO devices (\(columns.joined(separator: ", "))) VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))"
    private static let find = select + " WHERE device_id = ?"
    private static let setSettings =
        "UPDATE devices SET \(DeviceSetting.allCases.map { "\($0.rawValue) = ?" }.joined(separator: ", ")) WHERE device_id = ?"

    private static let setLists =
        "UPDATE devices SET \(StoreTable.listColumns.map { "\($0) = ?" }.joined(separator: ", ")) WHERE device_id = ?"

    let connection: Connection

    /// Nil when nobody registered it.
    func find(_ id: String) throws(StorageError) -> Device? { try connection.first(Self.find, id, read: Self.device) }

    func page(after: String?, limit: Int) throws(StorageError) -> [Device] {
        try connection.all(Self.select + " WHERE device_id > ? ORDER BY device_id LIMIT ?", after ?? "", limit, read: Self.device)
    }

    func count() throws(StorageError) -> Int {
        try connection.first("SELECT count(*) FROM devices") { Int($0.integer(0) ?? 0) } ?? 0
    }

    func write(_ change: StoreChanges.DeviceChange) throws(StorageError) {
        let (device, parts) = (change.device, change.parts)
        if parts.contains(.registration) { return try connection.run(Self.insert, values: StoreRow.row(device)) }
        if parts.contains(.report) {
            try connection.run(
                """
                UPDATE devices SET last_heartbeat_at = ?, reported_time = ?, software_ver = ?, cards_version = ?,
                increment_version = ?, line_version = ?, lng = ?, lat = ?, course = ?, speed = ? WHERE device_id = ?
                """,
                device.lastHeartbeat?.milliseconds, device.reportedTime?.seconds, device.softwareVersion,
                StoreRow.version(device.versions.cards), StoreRow.version(device.versions.cardIncrement),
                StoreRow.version(device.versions.lineCards), device.position?.longitude, device.position?.latitude,
                device.position?.course, device.position?.speedKilometresPerHour, device.id)
        }
        if parts.contains(.keysVersion) {
            try connection.run(
                "UPDATE devices SET keys_version = ? WHERE device_id = ?", StoreRow.version(device.versions.keys), device.id)
        }
        if parts.contains(.credentials) {
            try connection.run(
                "UPDATE devices SET secret = ?, next_secret = ?, revoked_at = ? WHERE device_id = ?", device.secret,
                device.nextSecret, device.revoked?.milliseconds, device.id)
        }
        if parts.contains(.lists) {
            try connection.run(Self.setLists, values: StoreRow.row(device.lists) + [device.id] as [any ColumnValue])
        }
        if parts.contains(.settings) {
            try connection.run(Self.setSettings, values: DeviceSetting.allCases.map { device.own[$0] } + [device.id])
        }
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
        device.nextSecret = row.blob(14)
        device.revoked = row.integer(15).map { WallTime(milliseconds: $0) }
        device.lists = StoreRow.lists { row.integer(16 + Int32($0)) }
        let firstSetting = Int32(columns.count - DeviceSetting.allCases.count)
        for (offset, setting) in DeviceSetting.allCases.enumerated() {
            if let value = row.text(firstSetting + Int32(offset)) { device.own[setting] = value }
        }
        return device
    }
}
