import Base
import Fares
import JSON
import Testing

@testable import RecordFiles

@Suite("a file of collected records")
struct RecordFileTests {
    private static let time = WallTime(milliseconds: 1_700_000_000_123)
    private static let position = Position(latitude: 31.230417, longitude: 121.473701, speedKilometresPerHour: nil, course: 90.5)

    static func tap(
        _ subject: Subject, pending: UploadParts = [.booking, .log], refused: UploadParts = [], position: Position? = position
    ) -> Record {
        .tap(
            RecordedTap(
                row: 7, time: time, timeSource: .gps, source: "r0", subject: subject, outcome: .accepted, reason: .ok,
                mode: .fallback, bookingID: UniqueID(high: 1, low: 2), logID: UniqueID(high: 1, low: 3), position: position,
                pending: pending, refused: refused,
                refusals: RecordedRefusals(
                    count: refused.isEmpty ? 0 : 9, code: refused.isEmpty ? nil : 7, message: refused.isEmpty ? nil : "余额不足")))
    }

    static func position(_ position: Position?) -> Record {
        .position(
            RecordedPosition(
                row: 8, time: time, timeSource: ClockSource.none, requestID: UniqueID(high: 1, low: 4), position: position,
                refusals: RecordedRefusals(count: 0, code: nil, message: nil)))
    }

    static let samples: [Record] = [
        tap(.ticket(Array("VT1票".utf8))), tap(.ticket([0xFF, 0, 0x0A])), tap(.ticket([]), pending: .log, refused: .booking),
        tap(CardNumber("00065537").map(Subject.card) ?? .ticket([]), pending: [], refused: .log, position: nil), position(nil),
        position(position),
    ]

    private func file(_ records: [JSONValue]) -> [UInt8] {
        var file = RecordFile(device: "VLD1", version: "0.1.0", time: WallTime(seconds: 1_700_000_000))
        for record in records { file.append(record) }
        file.finish()
        return file.bytes
    }

    @Test("says whose it is, how much is in it, and its checksum")
    func layout() throws {
        let lines = String(decoding: file([["kind": "tap", "row": 1], ["kind": "position", "row": 2]]), as: UTF8.self)
            .split(separator: "\n").map(String.init)
        #expect(lines.count == 4)
        #expect(
            lines.first
                == "{\"kind\":\"collection\",\"format\":1,\"device_id\":\"VLD1\",\"version\":\"0.1.0\",\"time_ms\":1700000000000}"
        )
        let end = try JSONValue(parsing: #require(lines.last))
        #expect(end["kind"] == "end" && end["records"] == 2 && end["xxh64"]?.string?.count == 16)
    }

    @Test("has a name that every file system takes")
    func name() {
        #expect(
            CarriedFileWriter.name(device: "A:1", time: WallTime(seconds: 1_700_000_000)) == "validator-A_1-20231114T221320Z")
    }

    @Test("gives each record back as it was written")
    func roundTrip() throws {
        let records = try CollectedRecords(file(Self.samples.map(\.json)))
        #expect(records.deviceID == "VLD1" && records.count == Self.samples.count)
        #expect(try (0..<records.count).map { try records.record(at: $0) } == Self.samples)
    }

    @Test("is refused when a byte of it is missing or another one")
    func damaged() {
        let whole = file(Self.samples.map(\.json))
        for end in 0..<whole.count { #expect(throws: CarriedFileError.self) { try CollectedRecords(Array(whole[..<end])) } }
        for index in whole.indices {
            var bytes = whole
            bytes[index] ^= 1
            #expect(throws: CarriedFileError.self) { try CollectedRecords(bytes) }
        }
    }

    @Test("is the same when it is taken away piece by piece while it is made")
    func streamed() throws {
        var (file, pieces): (RecordFile, [UInt8]) = (
            RecordFile(device: "VLD1", version: "0.1.0", time: WallTime(seconds: 1_700_000_000)), []
        )
        for record in Self.samples {
            file.append(record.json)
            pieces += file.take()
            #expect(file.bytes.isEmpty)
        }
        file.finish()
        pieces += file.take()
        #expect(pieces == self.file(Self.samples.map(\.json)) && file.records == Self.samples.count)
    }

    @Test("says what its writer proves himself with, and over which of its bytes")
    func authentication() throws {
        var file = RecordFile(device: "VLD1", version: "0.1.0", time: WallTime(seconds: 1_700_000_000))
        file.append(Self.samples[0].json)
        let before = file.bytes
        file.finish(authentication: "00ff")
        let read = try CollectedRecords(file.bytes)
        #expect(read.authentication == [0, 0xFF] && Array(file.bytes.prefix(read.authenticatedCount)) == before)
        #expect(try CollectedRecords(self.file([])).authentication == nil)
    }

    @Test("of another kind or layout is told apart from a damaged one")
    func others() {
        func mistake(_ head: JSONValue) -> CarriedFileError? {
            var file = CarriedFileWriter(head: head)
            file.finish()
            return #expect(throws: CarriedFileError.self) { try CollectedRecords(file.bytes) }
        }
        #expect(mistake(["kind": "identity", "format": 1, "device_id": "VLD1"]) == .otherKind)
        #expect(mistake(["kind": "collection", "format": 2, "device_id": "VLD1"]) == .otherFormat("2"))
        #expect(mistake(["kind": "collection", "format": 1]) == .otherKind)
    }

    @Test("names the line of a record that is not understood")
    func notUnderstood() throws {
        let records = try CollectedRecords(file([Self.samples[0].json, ["kind": "riddle"]]))
        #expect(throws: CarriedFileError.notUnderstood(line: 3)) { try records.record(at: 1) }
    }

    @Test(
        "takes no record that lacks what fares are settled with",
        arguments: ["time", "reason", "booking_id", "log_id", "ticket", "pending"])
    func incomplete(member: String) throws {
        var record = try #require(Self.samples[0].json.object)
        #expect(Record(.object(record)) != nil)
        record[member] = nil
        #expect(Record(.object(record)) == nil)
        record[member] = .array(["surprise"])
        #expect(Record(.object(record)) == nil)
    }

    @Test("keeps a record whose other words are of a later release, without them", arguments: ["outcome", "mode", "time_source"])
    func laterWords(member: String) throws {
        var record = try #require(Self.samples[0].json.object)
        record[member] = "surprise"
        guard case .tap(let tap) = Record(.object(record)) else {
            Issue.record("not understood")
            return
        }
        #expect((tap.outcome == nil) == (member == "outcome"))
        #expect((tap.mode == nil) == (member == "mode"))
        #expect((tap.timeSource == nil) == (member == "time_source"))
    }
}
