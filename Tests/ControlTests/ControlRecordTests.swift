import Base
import Fares
import JSON
import RecordFiles
import Testing
import ValidatorCore

@testable import Storage
@testable import validatord

@Suite("records of the outbox, over the control socket")
struct ControlRecordTests {
    private let commands = StubCommands()
    private let stamp = Stamp(
        instant: Instant(nanoseconds: 1), boot: UniqueID(high: 0, low: 1), wall: WallTime(seconds: 1_700_000_000), source: .gps)

    private func record(row: Int64, _ subject: Subject, refused: UploadParts = []) -> JSONValue {
        RecordedTap(tap(row: row, subject, refused: refused)).json
    }

    private func tap(row: Int64, _ subject: Subject, refused: UploadParts = [], pending: UploadParts = [.log]) -> StoredTap {
        let tap = Tap(
            logID: UniqueID(high: 0, low: 2), bookingID: UniqueID(high: 0, low: 3), source: "r0", subject: subject,
            outcome: .accepted, reason: .ok, mode: .offline, stamp: stamp,
            position: Position(latitude: 31.5, longitude: 121.25), pending: pending)
        return StoredTap(
            row: row, tap: tap, refused: refused, bookingRefusals: refused.isEmpty ? 0 : 8, logRefusals: 1,
            refusalCode: refused.isEmpty ? nil : 7, refusalMessage: refused.isEmpty ? nil : "余额不足")
    }

    @Test("a tap with all that settling it takes")
    func tapRecord() throws {
        let card = try #require(CardNumber("00065537"))
        #expect(
            record(row: 5, .card(card), refused: [.booking]).text == """
                {"kind":"tap","row":5,"time":"2023-11-14T22:13:20.000Z","time_source":"gps","source":"r0","card":"00065537",\
                "outcome":"accepted","reason":"ok","mode":"offline","booking_id":"00000000-0000-0000-0000-000000000003",\
                "log_id":"00000000-0000-0000-0000-000000000002","lat":31.5,"lng":121.25,"speed_kmh":null,"course":null,\
                "pending":["log"],"refused":["booking"],"refusals":9,"refusal_code":7,"refusal_message":"余额不足"}
                """)
    }

    @Test("a scanned ticket is text where it is text, and hexadecimal digits where not")
    func tickets() {
        #expect(record(row: 1, .ticket(Array("VT1票".utf8)))["ticket"] == "VT1票")
        #expect(record(row: 1, .ticket([0xFF, 0x00]))["ticket_hex"] == "ff00")
    }

    @Test("a position without a fix")
    func positionRecord() {
        let record = PositionRecord(requestID: UniqueID(high: 0, low: 9), stamp: stamp, position: nil)
        let position = StoredPosition(row: 3, record: record, refusals: 0, refusalCode: nil, refusalMessage: nil)
        #expect(
            RecordedPosition(position).json.text == """
                {"kind":"position","row":3,"time":"2023-11-14T22:13:20.000Z","time_source":"gps",\
                "request_id":"00000000-0000-0000-0000-000000000009","lat":null,"lng":null,"speed_kmh":null,"course":null,\
                "refusals":0,"refusal_code":null,"refusal_message":null}
                """)
    }

    /// All rows of a listing, and how many bytes and records each page of it had.
    private func walk(_ limit: Int) throws -> (rows: [Int?], bytes: [Int], counts: [Int]) {
        var (rows, bytes, counts): ([Int?], [Int], [Int]) = ([], [], [])
        var next: JSONValue = 0
        while !next.isNull {
            let line = commands.ask("{\"command\":\"outbox_export\",\"limit\":\(limit),\"after\":\(next.text)}")
            let page = try JSONValue(parsing: line)["result"]
            let records = page?["records"]?.array ?? []
            rows += records.map { $0["row"]?.int }
            bytes.append(line.utf8.count)
            counts.append(records.count)
            next = page?["next"] ?? .null
        }
        return (rows, bytes, counts)
    }

    @Test("a page of long binary codes fits into what a client may leave unread, and no record is passed over")
    func largeTickets() throws {
        commands.taps = (1...300).map { tap(row: Int64($0), .ticket([UInt8](repeating: 0xFF, count: 4096))) }
        let pages = try walk(500)
        #expect(pages.rows == Array(1...300))
        #expect(pages.bytes.allSatisfy { $0 < ControlServer.maximumOutput / 2 })
        #expect(pages.counts.dropLast().allSatisfy { $0 > 0 })
    }

    @Test("rows that are of no interest are looked at in slices that riders do not notice")
    func slices() throws {
        commands.taps = (1...1000).map { tap(row: Int64($0), .ticket([1]), pending: $0 == 1000 ? [.log] : []) }
        commands.tick = .milliseconds(1)
        let pages = try walk(500)
        #expect(pages.rows == [1000])
        #expect(commands.looks.allSatisfy { $0 <= ControlPages.rowsPerSlice })
        // Of 2 ms, the clock is looked at at the beginning and after each slice.
        #expect(pages.counts.count >= 1000 / ControlPages.rowsPerSlice / 2)
    }

    @Test("a page ends after 2 ms, with one record at least, and the next goes on behind it")
    func slowRecords() throws {
        commands.taps = (1...10).map { tap(row: Int64($0), .ticket([1])) }
        commands.tick = .milliseconds(1)
        let pages = try walk(500)
        #expect(pages.rows == Array(1...10))
        #expect(pages.counts.dropLast().allSatisfy { (1...2).contains($0) }, "\(pages.counts)")
        commands.tick = .seconds(1)
        #expect(try walk(500).rows == Array(1...10))
    }

    @Test("a long listing comes in pages, each from behind the last row of the one before")
    func pages() throws {
        commands.taps = (1...5).map { tap(row: Int64($0 * 10), .ticket([UInt8(ascii: "x")]), refused: $0 == 4 ? [.log] : []) }
        var rows: [Int?] = []
        var next: JSONValue = 0
        while !next.isNull {
            let page = try commands.result("{\"command\":\"outbox_export\",\"limit\":2,\"after\":\(next.text)}")
            rows += page["records"]?.array?.map { $0["row"]?.int } ?? []
            next = page["next"] ?? .null
        }
        #expect(rows == [10, 20, 30, 40, 50])
        let refused = try commands.result(#"{"command":"outbox_refused"}"#)
        #expect(refused["records"]?.array?.map { $0["row"]?.int } == [40])
        #expect(refused["next"] == .null)
        #expect(try commands.result(#"{"command":"outbox_export","kind":"positions"}"#) == ["records": [], "next": nil])
    }
}
