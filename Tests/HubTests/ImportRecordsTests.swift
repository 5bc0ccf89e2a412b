import ArgumentParser
import Base
import Foundation
import JSON
import TestSupport
import Testing

@testable import HubDomain
@testable import HubServices
@testable import validator_hub

/// Records that come on a USB stick.
struct ImportRecordsTests {
    private static let booking = "01890a5d-ac96-774b-bcce-b302099a8001"
    private static let log = "01890a5d-ac96-774b-bcce-b302099a8002"

    /// As validatorctl outbox collect writes them.
    private func content(_ records: [JSONValue], format: Int = 1, device: String = "VLD1") -> [UInt8] {
        let newline = UInt8(ascii: "\n")
        let head: JSONValue = ["kind": "collection", "format": .int(format), "device_id": .string(device)]
        var bytes = head.bytes + [newline]
        for record in records { bytes += record.bytes + [newline] }
        let sum = String(XXHash64.checksum(of: bytes), radix: 16)
        let end: JSONValue = [
            "kind": "end", "records": .int(records.count),
            "xxh64": .string(String(repeating: "0", count: 16 - sum.count) + sum),
        ]
        return bytes + end.bytes + [newline]
    }

    private func tap(
        _ card: String, pending: [JSONValue] = ["booking", "log"], refused: [JSONValue] = [], log: String = Self.log
    ) -> JSONValue {
        [
            "kind": "tap", "row": 1, "time": "2026-08-02T23:45:00.500Z", "card": .string(card), "outcome": "accepted",
            "reason": "ok", "booking_id": .string(Self.booking), "log_id": .string(log), "lat": .double(31.5),
            "lng": .double(121.25),
            "pending": .array(pending), "refused": .array(refused),
        ]
    }

    private let position: JSONValue = [
        "kind": "position", "time": "2026-08-02T23:45:00.000Z", "request_id": "01890a5d-ac96-774b-bcce-b302099a8003",
        "lat": .double(31.5), "lng": .double(121.25), "speed_kmh": 20, "course": 90,
    ]

    /// The exit code of the import.
    private func run(_ folder: borrowing TemporaryFolder, _ content: [UInt8], devices: String = "") throws -> Int32 {
        let configuration = try folder.write(
            "hub.toml", "[database]\npath = \"\(folder.path)/hub.db\"\n[devices]\n\(devices)\n")
        let file = "\(folder.path)/records.jsonl"
        try Data(content).write(to: URL(fileURLWithPath: file))
        do {
            var command = try ValidatorHub.parseAsRoot(["--config", configuration, "import-records", file])
            try command.run()
            return 0
        } catch {
            return ValidatorHub.exitCode(for: error).rawValue
        }
    }

    private func records(_ folder: borrowing TemporaryFolder) throws -> [TapRecord] {
        var records: [TapRecord] = []
        try HubDatabase(path: folder.configuration.databasePath).records.forEach(deviceID: nil) { records.append($0) }
        return records
    }

    @Test("are taken as if the box had sent them, what the platform refused too")
    func taken() throws {
        let folder = TemporaryFolder()
        #expect(try run(folder, content([tap("AA", pending: ["log"], refused: ["booking"]), position])) == 0)
        let records = try records(folder)
        #expect(records.map(\.requestID) == [Self.booking, Self.log])
        #expect(records.map(\.call) == [.cardCheck, .cardLog])
        #expect(records.map(\.checkMode) == [.offline, nil])
        #expect(records.allSatisfy { $0.deviceID == "VLD1" && $0.subject == "AA" && $0.status == 0 })
        #expect(records.allSatisfy { $0.time == WallTime(seconds: 1_785_714_300) && $0.position?.latitude == 31.5 })
    }

    @Test("are taken once, however often the file is imported")
    func twice() throws {
        let folder = TemporaryFolder()
        let content = content([tap("AA"), position])
        #expect(try run(folder, content) == 0)
        #expect(try run(folder, content) == 0)
        #expect(try records(folder).count == 2)
    }

    @Test("that the box sent over the air before are known")
    func overTheAir() async throws {
        let folder = TemporaryFolder()
        try await TestHub.run(in: folder) { hub in
            let sent = try await hub.tap("card_check_log", Self.log, card: "AA", ["status": "0"])
            #expect(sent.code == 0)
            #expect(try run(folder, content([tap("AA")])) == 0)
            #expect(try hub.records().map(\.call) == [.cardLog, .cardCheck])
            let again = try await hub.tap("card_check", Self.booking, card: "AA", ["check_mode": 1])
            #expect(again.code == 0)
            #expect(try hub.records().count == 2)
        }
    }

    @Test("under a req_id of another card are taken, since nobody knows which of the two is wrong")
    func conflict() throws {
        let folder = TemporaryFolder()
        #expect(try run(folder, content([tap("AA", pending: ["log"])])) == 0)
        #expect(try run(folder, content([tap("BB", pending: ["log"]), tap("CC", pending: ["booking"])])) == 0)
        #expect(try records(folder).map(\.subject) == ["AA", "BB", "CC"])
    }

    @Test("of a file that is torn, changed or of another kind are not taken at all")
    func damaged() throws {
        let folder = TemporaryFolder()
        let good = content([tap("AA"), position])
        var changed = good
        changed[good.count / 2] ^= 1
        let files = [
            Array(good.dropLast(1)), Array(good.dropLast(20)), Array(good.prefix(good.count / 2)), changed, [], Array("\n".utf8),
            content([tap("AA")], format: 2), content([["kind": "riddle"]]), content([tap("XX")]), content([tap("AA", log: "7")]),
        ]
        for file in files { #expect(try run(folder, file) == 65) }
        #expect(try records(folder).isEmpty)
    }

    @Test("of a device that nobody registered are refused where devices may not register themselves")
    func unknownDevice() throws {
        let folder = TemporaryFolder()
        #expect(try run(folder, content([tap("AA")]), devices: "auto_register = false") == 65)
        #expect(try records(folder).isEmpty)
    }
}
