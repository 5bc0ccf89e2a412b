import Base
import HubDomain
import PlatformAPI

extension StoreRow {
    public static func row(_ record: SetAsideRecord) -> [StoreValue] {
        [
            .integer(record.id), .text(record.key.deviceID), .text(record.key.call.rawValue), .text(record.key.name),
            .text(record.reason.rawValue), .blob(record.body), .integer(Int64(record.body.count)),
            .integer(record.received.milliseconds), .integer(Int64(record.duplicates)),
        ]
    }

    public static func setAside(_ row: [StoreValue]) -> SetAsideRecord {
        SetAsideRecord(
            id: row[0].integer ?? 0,
            key: SetAsideRecord.Key(
                deviceID: row[1].text ?? "", call: row[2].text.flatMap(PlatformCall.init) ?? .cardLog, name: row[3].text ?? ""),
            reason: row[4].text.flatMap(SetAsideReason.init) ?? .contentUnreadable, body: row[5].blob ?? [],
            received: WallTime(milliseconds: row[7].integer ?? 0), duplicates: Int(row[8].integer ?? 0))
    }
}
