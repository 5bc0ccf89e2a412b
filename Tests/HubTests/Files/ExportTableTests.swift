import Base
import Fares
import Foundation
import HubFiles
import PlatformAPI
import TestSupport
import Testing

@testable import HubDomain
@testable import validator_hub

@Suite("What operators take out of the hub")
struct ExportTableTests {
    /// The lines of a table's file, written from pages of two rows.
    private func lines<Row>(_ table: ExportTable<Row>, _ rows: [Row]) async throws -> [String] {
        let folder = TemporaryFolder()
        var rest = rows[...]
        let count = try await table.write(to: folder.path("table.csv"), .csv, hasByteOrderMark: false) {
            defer { rest = rest.dropFirst(2) }
            return Array(rest.prefix(2))
        }
        #expect(count == rows.count)
        let text = try String(contentsOfFile: folder.path("table.csv"), encoding: .utf8)
        return text.replacing("\r\n", with: "\n").split(separator: "\n").map(String.init)
    }

    @Test("cards are those that import-cards reads")
    func cards() async throws {
        let lines = try await lines(.cards, entries("00065537", "-1E100234", "AA"))
        #expect(lines == ["card_no,flag", "00065537,1", "1E100234,0", "AA,1"])
    }

    @Test("a record has its times in the hub's zone, and no text of its that is a formula")
    func records() async throws {
        let record = TapRecord(
            deviceID: "VLD,1", call: .cardCheck, requestID: "=cmd|' /C calc'!A0", subject: "00065537", status: 0,
            checkMode: .offline,
            reason: nil, time: WallTime(seconds: 1_785_714_300), position: Position(latitude: -12.5, longitude: 116.25),
            received: WallTime(seconds: 1_785_714_301))
        let lines = try await lines(.records(zone: FixedZone.shanghai, isWhole: false), [record])
        #expect(lines.first?.hasPrefix("req_id,call,device_id,subject,status") == true)
        #expect(
            lines.last
                == "'=cmd|' /C calc'!A0,card_check,\"VLD,1\",00065537,0,\(CheckMode.offline.rawValue),,2026-08-03 07:45:00,116.25,-12.5,"
                + "2026-08-03 07:45:01,0")
    }

    @Test("a scanned text has no control characters in a table", arguments: [false, true])
    func unseen(isWhole: Bool) async throws {
        let record = TapRecord(
            deviceID: "VLD1", call: .ticketLog, requestID: "1", subject: "\u{1B}[2Jtext\u{202E}\u{0}", status: 1, checkMode: nil,
            reason: nil,
            time: WallTime(seconds: 1_785_714_300), position: nil, received: WallTime(seconds: 1_785_714_301))
        let lines = try await lines(.records(zone: FixedZone.shanghai, isWhole: isWhole), [record])
        #expect(lines.last?.split(separator: ",")[3] == "?[2Jtext??")
    }

    @Test("a folder that is not there is told")
    func missing() async throws {
        await #expect(throws: CommandFailure.self) {
            try await ExportTable.cards.write(to: "/nonexistent/table.csv", .csv, hasByteOrderMark: false) { [] }
        }
    }
}
