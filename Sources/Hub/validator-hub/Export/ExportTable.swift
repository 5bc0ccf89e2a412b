import Base
import Fares
import HubDomain
import HubFiles
import HubServices
import OperatingSystem
import PlatformAPI

/// A table that operators take out of the hub: its columns, and what a row has in them.
struct ExportTable<Row: Sendable>: Sendable {
    var heading: [String]
    var cells: @Sendable (Row) -> [TableCell]

    /// Writes all that `nextPage` has, until it has nothing more.
    /// - Returns: how many rows there were.
    func write(
        to path: String, _ format: TableFormat, hasByteOrderMark: Bool, _ nextPage: () async throws -> [Row]
    ) async throws -> Int {
        var count = 0
        do {
            let file = try TableFile(path, format, heading: heading, hasByteOrderMark: hasByteOrderMark)
            while true {
                let page = try await nextPage()
                guard !page.isEmpty else { break }
                for row in page { try file.append(cells(row)) }
                count += page.count
            }
            try file.finish()
        } catch let error as SystemError {
            throw CommandFailure(.cannotCreate, "nothing exported: \(error)")
        }
        return count
    }
}

extension ExportTable<CardListEntry> {
    /// What `import-cards` reads.
    static let cards = ExportTable(heading: ["card_no", "flag"]) { entry in
        [.text(entry.card.description), .integer(entry.isListed ? 1 : 0)]
    }
}

extension ExportTable<TapRecord> {
    /// - Parameters:
    ///   - zone: of the times.
    ///   - isWhole: whether riders' codes of the transport ministry's form are shown whole.
    static func records(zone: any TimeZoneRules, isWhole: Bool) -> ExportTable {
        ExportTable(
            heading: [
                "req_id", "call", "device_id", "subject", "status", "check_mode", "reason", "time", "lng", "lat", "received_at",
                "duplicates",
            ]
        ) { record in
            func text(_ time: WallTime) -> TableCell { .text(TimeFormat.datetime.text(zone.civil(time))) }
            return [
                .text(record.requestID), .text(record.call.rawValue), .text(record.deviceID),
                // What was scanned may hold what a terminal obeys.
                .text((isWhole ? record.subject : record.listedSubject).printable), .integer(Int64(record.status)),
                record.checkMode.map { .integer(Int64($0.rawValue)) } ?? .empty, .text(record.reason?.rawValue),
                text(record.time),
                .number(record.position?.longitude), .number(record.position?.latitude), text(record.received),
                .integer(Int64(record.duplicates)),
            ]
        }
    }
}

extension ExportTable<Device> {
    static func devices(zone: any TimeZoneRules) -> ExportTable {
        ExportTable(
            heading: [
                "device_id", "last_heartbeat", "software_ver", "cards_version", "increment_version", "line_version",
                "keys_version",
                "revoked", "lng", "lat", "speed", "course",
            ] + DeviceSetting.allCases.map(\.rawValue)
        ) { device in
            [
                .text(device.id), .text(device.lastHeartbeat.map { TimeFormat.datetime.text(zone.civil($0)) }),
                device.softwareVersion.map { .integer(Int64($0)) } ?? .empty, .text(device.versions.cards),
                .text(device.versions.cardIncrement), .text(device.versions.lineCards), .text(device.versions.keys),
                .integer(device.revoked == nil ? 0 : 1), .number(device.position?.longitude), .number(device.position?.latitude),
                .number(device.position?.speedKilometresPerHour), .number(device.position?.course),
            ] + DeviceSetting.allCases.map { .text(device.own[$0]) }
        }
    }
}
