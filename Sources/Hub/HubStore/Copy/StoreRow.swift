import Base
import Fares
import HubDomain
import PlatformAPI

/// Values of the domain as rows of their tables, in the order of `StoreTable.columns`.
public enum StoreRow {
    public static func row(_ device: Device) -> [StoreValue] {
        [
            .text(device.id), .integer(device.registered.milliseconds), StoreValue(device.lastHeartbeat?.milliseconds),
            StoreValue(device.reportedTime?.seconds), StoreValue(device.softwareVersion.map { Int64($0) }),
            version(device.versions.cards), version(device.versions.cardIncrement), version(device.versions.lineCards),
            version(device.versions.keys),
            StoreValue(device.position?.longitude), StoreValue(device.position?.latitude), StoreValue(device.position?.course),
            StoreValue(device.position?.speedKilometresPerHour), StoreValue(device.secret), StoreValue(device.nextSecret),
            StoreValue(device.revoked?.milliseconds),
        ] + row(device.lists).map { StoreValue($0) } + DeviceSetting.allCases.map { StoreValue(device.own[$0]) }
    }

    /// In the order of `StoreTable.listColumns`.
    public static func row(_ lists: ListsProgress) -> [Int64?] {
        DeviceList.allCases.flatMap { list in
            [lists[list].told, lists[list].fetched].flatMap { [$0?.version, $0?.time.milliseconds] }
        }
    }

    /// - Parameter value: of a column, by its place among `StoreTable.listColumns`.
    public static func lists(_ value: (Int) -> Int64?) -> ListsProgress {
        func step(_ first: Int) -> ListProgress.Step? {
            guard let version = value(first), let time = value(first + 1) else { return nil }
            return ListProgress.Step(version: version, time: WallTime(milliseconds: time))
        }
        var lists = ListsProgress()
        for (index, list) in DeviceList.allCases.enumerated() {
            lists[list] = ListProgress(told: step(4 * index), fetched: step(4 * index + 2))
        }
        return lists
    }

    /// A version that a device has not told yet is NULL.
    public static func version(_ text: String) -> StoreValue { text == Versions().cards ? .null : .text(text) }

    public static func device(_ row: [StoreValue]) -> Device {
        var device = Device(id: row[0].text ?? "", registered: WallTime(milliseconds: row[1].integer ?? 0))
        device.lastHeartbeat = row[2].integer.map { WallTime(milliseconds: $0) }
        device.reportedTime = row[3].integer.map { WallTime(seconds: $0) }
        device.softwareVersion = row[4].integer.map { Int($0) }
        device.versions.cards = row[5].text ?? "0"
        device.versions.cardIncrement = row[6].text ?? "0"
        device.versions.lineCards = row[7].text ?? "0"
        device.versions.keys = row[8].text ?? "0"
        if let longitude = row[9].real, let latitude = row[10].real {
            device.position = Position(
                latitude: latitude, longitude: longitude, speedKilometresPerHour: row[12].real, course: row[11].real)
        }
        device.secret = row[13].blob
        device.nextSecret = row[14].blob
        device.revoked = row[15].integer.map { WallTime(milliseconds: $0) }
        device.lists = lists { row[16 + $0].integer }
        let firstSetting = 16 + StoreTable.listColumns.count
        for (offset, setting) in DeviceSetting.allCases.enumerated() { device.own[setting] = row[firstSetting + offset].text }
        return device
    }

    public static func row(_ enrolment: Enrolment) -> [StoreValue] {
        [
            .blob(enrolment.digest), .text(enrolment.deviceID), .integer(enrolment.created.milliseconds),
            .integer(enrolment.expires.milliseconds), StoreValue(enrolment.used?.milliseconds), StoreValue(enrolment.usedFrom),
        ]
    }

    public static func enrolment(_ row: [StoreValue]) -> Enrolment {
        Enrolment(
            deviceID: row[1].text ?? "", digest: row[0].blob ?? [], created: WallTime(milliseconds: row[2].integer ?? 0),
            expires: WallTime(milliseconds: row[3].integer ?? 0), used: row[4].integer.map { WallTime(milliseconds: $0) },
            usedFrom: row[5].text)
    }

    public static func row(_ generation: ListGeneration) -> [StoreValue] {
        [
            .integer(generation.id), .text(generation.line), .integer(generation.version), .integer(generation.state.rawValue),
            .integer(generation.isFull ? 1 : 0), .integer(generation.rows), .integer(generation.changed), .text(generation.name),
        ]
    }

    public static func generation(_ row: [StoreValue]) -> ListGeneration {
        ListGeneration(
            id: row[0].integer ?? 0, line: row[1].text ?? "", version: row[2].integer ?? 0,
            state: row[3].integer.flatMap(ListGeneration.State.init) ?? .retired, isFull: row[4].integer == 1,
            rows: row[5].integer ?? 0, changed: row[6].integer ?? 0, name: row[7].text ?? "")
    }

    public static func row(_ stored: StoredRecord) -> [StoreValue] {
        let record = stored.record
        return [
            .integer(stored.row), .text(record.deviceID), .text(record.call.rawValue), .text(record.requestID),
            .text(record.subject), .integer(Int64(record.status)), StoreValue(record.checkMode.map { Int64($0.rawValue) }),
            StoreValue(record.reason?.rawValue), .integer(record.time.seconds), StoreValue(record.position?.longitude),
            StoreValue(record.position?.latitude), .integer(record.received.milliseconds), .integer(Int64(record.duplicates)),
        ]
    }

    public static func record(_ row: [StoreValue]) -> StoredRecord {
        var position: Position?
        if let longitude = row[9].real, let latitude = row[10].real {
            position = Position(latitude: latitude, longitude: longitude)
        }
        return StoredRecord(
            row: row[0].integer ?? 0,
            record: TapRecord(
                deviceID: row[1].text ?? "", call: row[2].text.flatMap(PlatformCall.init) ?? .cardLog,
                requestID: row[3].text ?? "",
                subject: row[4].text ?? "", status: Int(row[5].integer ?? 0),
                checkMode: row[6].integer.flatMap { CheckMode(rawValue: Int($0)) }, reason: row[7].text.flatMap(Reason.init),
                time: WallTime(seconds: row[8].integer ?? 0), position: position,
                received: WallTime(milliseconds: row[11].integer ?? 0), duplicates: Int(row[12].integer ?? 0)))
    }

    public static func row(_ position: StoredPosition, row: Int64) -> [StoreValue] {
        [
            .integer(row), .text(position.deviceID), .text(position.requestID), .integer(position.time.seconds),
            .real(position.position.longitude), .real(position.position.latitude), StoreValue(position.position.course),
            StoreValue(position.position.speedKilometresPerHour), .integer(position.received.milliseconds),
            .integer(Int64(position.duplicates)),
        ]
    }

    static func position(_ row: [StoreValue]) -> (row: Int64, position: StoredPosition) {
        var position = StoredPosition(
            deviceID: row[1].text ?? "", requestID: row[2].text ?? "", time: WallTime(seconds: row[3].integer ?? 0),
            position: Position(
                latitude: row[5].real ?? 0, longitude: row[4].real ?? 0, speedKilometresPerHour: row[7].real,
                course: row[6].real),
            received: WallTime(milliseconds: row[8].integer ?? 0))
        position.duplicates = Int(row[9].integer ?? 0)
        return (row[0].integer ?? 0, position)
    }
}
