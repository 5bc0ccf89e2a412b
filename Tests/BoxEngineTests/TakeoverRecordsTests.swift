import Base
import Fares
import JSON
import RecordFiles
import SQLite
import TestSupport
import Testing
import ValidatorCore

@testable import BoxEngine
@testable import Storage

@Suite("Records of a former box, at the start of a box")
struct TakeoverRecordsTests {
    private let folder = TemporaryFolder()
    private let notices = Notices()

    private final class Notices { var texts: [String] = [] }

    private func openOutbox() throws -> Outbox {
        try Outbox(path: "\(folder.path)/outbox.db", limits: OutboxLimits(positions: 1000))
    }

    private static func tap(_ number: Int, subject: Subject? = nil, pending: UploadParts = [.booking, .log]) -> Tap {
        Tap(
            logID: UniqueID(high: 1, low: UInt64(number)), bookingID: UniqueID(high: 2, low: UInt64(number)), source: "r0",
            subject: subject ?? CardNumber("04A2B3C4").map(Subject.card)!, outcome: .accepted, reason: .ok, mode: .fallback,
            stamp: Stamp(
                instant: Instant(nanoseconds: 0), boot: UniqueID(high: 0, low: 0),
                wall: WallTime(milliseconds: 1_700_000_000_000 + Int64(number)), source: .gps),
            position: Position(latitude: 31.230417, longitude: 121.473701, speedKilometresPerHour: nil, course: 90.5),
            pending: pending)
    }

    private static func position(_ number: Int) -> PositionRecord {
        PositionRecord(requestID: UniqueID(high: 3, low: UInt64(number)), stamp: tap(number).stamp, position: nil)
    }

    /// What the former box's outbox exports, as `validatorctl handover` writes it.
    private static func file(of device: String = "VLD1", taps: [Tap], positions: [PositionRecord] = []) throws -> [UInt8] {
        let former = TemporaryFolder()
        var outbox = try Outbox(path: "\(former.path)/outbox.db", limits: OutboxLimits(positions: 1000))
        _ = try outbox.commit(taps, changes: positions.map { .position($0) })
        var file = RecordFile(device: device, version: "0.1.0", time: WallTime(seconds: 1_700_000_000))
        for tap in try outbox.unfinishedTaps(limit: 1000) { file.append(RecordedTap(tap).json) }
        for position in try outbox.storedPositions(limit: 1000) { file.append(RecordedPosition(position).json) }
        file.finish()
        return file.bytes
    }

    private func put(_ bytes: [UInt8], number: Int = 1) throws {
        _ = try folder.write("takeover-\(number).jsonl", String(decoding: bytes, as: UTF8.self))
    }

    private func take(into outbox: inout Outbox, as device: String = "VLD1") throws -> Bool {
        var told: [Notice] = []
        defer { notices.texts += told.map(\.text) }
        return try Takeover.takeRecords(into: &outbox, from: TakeoverSpool(folder: folder.path), as: device, notices: &told)
    }

    private var spool: String { "\(folder.path)/takeover-1.jsonl" }

    @Test(
        "come out of the file as they went in, but for the boot that made them",
        arguments: [
            Self.tap(1), Self.tap(2, subject: .ticket(Array("VT1 票".utf8)), pending: .log),
            Self.tap(3, subject: .ticket([0xFF, 0, 0x80]), pending: .booking),
        ])
    func roundTrip(tap: Tap) throws {
        let file = try CollectionFile(Self.file(taps: [tap], positions: [Self.position(4)]))
        let (taps, positions) = try file.read(from: 0, limit: 10)
        #expect(file.deviceID == "VLD1" && taps == [tap] && positions == [Self.position(4)])
        #expect(try file.read(from: 1, limit: 10).taps.isEmpty && file.read(from: 0, limit: 1).positions.isEmpty)
    }

    @Test("wait for their upload under their old req_ids, in front of what this box records")
    func taken() throws {
        try put(Self.file(taps: [Self.tap(1), Self.tap(2)]))
        try put(Self.file(taps: [Self.tap(3)], positions: [Self.position(1)]), number: 2)
        var outbox = try openOutbox()
        let hasTaken = try take(into: &outbox)
        #expect(hasTaken && outbox.counts.records == 6 && outbox.counts.positions == 1)
        let uploads = try outbox.backlog(limit: 10, fromStart: true)
        #expect(uploads.map(\.requestID.high) == [2, 1, 2, 1, 2, 1, 3] && uploads.map(\.requestID.low) == [1, 1, 2, 2, 3, 3, 1])
        #expect(!DurableFile.exists(spool))
        let hasMore = try take(into: &outbox)
        #expect(!hasMore)
    }

    @Test("are taken once, even if the file comes again when they are long delivered")
    func again() throws {
        let file = try Self.file(taps: [Self.tap(1)], positions: [Self.position(1)])
        try put(file)
        var outbox = try openOutbox()
        _ = try take(into: &outbox)
        _ = try outbox.commit([], changes: [.delivered(.booking(1)), .delivered(.log(1)), .delivered(.position(1))])
        try put(file)
        let hasTaken = try take(into: &outbox)
        #expect(hasTaken && outbox.counts.records == 0 && outbox.counts.positions == 0)
        #expect(notices.texts.last?.contains("taken over before") == true)
    }

    @Test("that were taken in part, before the power went, are completed")
    func interrupted() throws {
        var outbox = try openOutbox()
        _ = try outbox.commit([Self.tap(8)])
        var file = RecordFile(device: "VLD1", version: "0.1.0", time: WallTime(seconds: 1_700_000_000))
        file.append(["kind": "surprise"])
        file.finish()
        try put(file.bytes)
        _ = try take(into: &outbox)
        // The first of two was committed.
        _ = try outbox.commit([Self.tap(1)])
        try put(Self.file(taps: [Self.tap(1), Self.tap(2)]))
        _ = try take(into: &outbox)
        #expect(try outbox.unfinishedTaps(limit: 10).map(\.tap) == [Self.tap(1), Self.tap(2)])
        #expect(outbox.counts.collected == 2)
    }

    @Test("never mix with this box's own: what it had under its former identity is kept and not sent")
    func formerIdentity() throws {
        var outbox = try openOutbox()
        _ = try outbox.commit([Self.tap(8)], changes: [.position(Self.position(8))])
        try put(Self.file(taps: [Self.tap(1)]))
        _ = try take(into: &outbox)
        #expect(outbox.counts.collected == 2 && outbox.counts.collectedPositions == 1)
        #expect(try outbox.backlog(limit: 10, fromStart: true).map(\.requestID.low) == [1, 1])
        // What comes later was recorded under the new one.
        _ = try outbox.commit([Self.tap(9)])
        try put(Self.file(taps: [Self.tap(2)]))
        _ = try take(into: &outbox)
        #expect(outbox.counts.collected == 2 && outbox.counts.records == 6)
    }

    @Test("are all taken, however many, and those of another release as far as they are understood")
    func many() throws {
        var file = RecordFile(device: "VLD1", version: "9.0.0", time: WallTime(seconds: 1_700_000_000))
        for number in 1...1300 {
            let stored = StoredTap(
                row: Int64(number), tap: Self.tap(number), refused: [], bookingRefusals: 0, logRefusals: 0, refusalCode: nil,
                refusalMessage: nil)
            file.append(RecordedTap(stored).json)
        }
        var strange = file
        strange.append(["kind": "surprise"])
        strange.finish()
        try put(strange.bytes)
        var outbox = try openOutbox()
        _ = try take(into: &outbox)
        #expect(outbox.counts.records == 2000 && DurableFile.exists("\(spool).damaged"))
        file.finish()
        try put(file.bytes)
        _ = try take(into: &outbox)
        #expect(outbox.counts.records == 2600)
        #expect(notices.texts.last?.contains("300 taps, 0 positions") == true)
    }

    @Test("leave this box's own alone when it has been the same one before")
    func sameIdentity() throws {
        var outbox = try openOutbox()
        _ = try take(into: &outbox)
        _ = try outbox.commit([Self.tap(8)])
        try put(Self.file(taps: [Self.tap(1)]))
        _ = try take(into: &outbox)
        #expect(outbox.counts.collected == 0 && outbox.counts.records == 4)
    }

    @Test("of another identity stay where they are, and nothing else happens")
    func otherIdentity() throws {
        var outbox = try openOutbox()
        _ = try outbox.commit([Self.tap(8)])
        try put(Self.file(of: "VLD2", taps: [Self.tap(1)]))
        let hasTaken = try take(into: &outbox)
        #expect(!hasTaken)
        #expect(outbox.counts.records == 2 && outbox.counts.collected == 0 && DurableFile.exists(spool))
        #expect(notices.texts.first?.contains("of VLD2, not taken") == true)
    }

    @Test("in a damaged file are not taken: the file is kept, and the next step told", arguments: [3, 200, 0])
    func damaged(cut: Int) throws {
        var bytes = try Self.file(taps: [Self.tap(1)])
        if cut > 0 { bytes.removeLast(cut) } else { bytes[bytes.count / 2] ^= 1 }
        #expect(throws: CollectionFile.Mistake.self) { try CollectionFile(bytes) }
        try put(bytes)
        var outbox = try openOutbox()
        let hasTaken = try take(into: &outbox)
        #expect(!hasTaken)
        #expect(outbox.counts.records == 0 && DurableFile.exists("\(spool).damaged") && !DurableFile.exists(spool))
        #expect(notices.texts.first?.contains("validator-hub import-records") == true)
    }

    @Test("that this box made as another one, whatever gave it another name, never go out under the new one, and are not lost")
    func otherName() throws {
        var outbox = try openOutbox()
        _ = try take(into: &outbox)
        _ = try outbox.commit([Self.tap(1), Self.tap(2)], changes: [.position(Self.position(1))])
        _ = try outbox.commit([], changes: [.delivered(.booking(1))])
        // The configuration names another device: by provisioning, or by an editor.
        let wasOther = try take(into: &outbox, as: "VLD2")
        #expect(wasOther && outbox.counts.records == 0 && outbox.counts.positions == 0)
        #expect(try outbox.backlog(limit: 10, fromStart: true).isEmpty)
        _ = try outbox.commit([Self.tap(3)])
        #expect(try outbox.backlog(limit: 10, fromStart: true).map(\.requestID.low) == [3, 3])

        // A technician brings them to the hub, as the former box's.
        let kept = try CollectedRecords(DurableFile.contents(of: "\(folder.path)/former-1.jsonl", limit: 1 << 20))
        #expect(kept.deviceID == "VLD1" && kept.count == 3)
        guard case .tap(let first) = try kept.record(at: 0), case .position = try kept.record(at: 2) else {
            Issue.record("other records")
            return
        }
        #expect(first.logID == Self.tap(1).logID && first.pending == .log)
        #expect(notices.texts.contains { $0.contains("this box was VLD1: 3 records") && $0.contains("former-1.jsonl") })

        // A lost stick brings back this box's own, and nothing of the former one.
        _ = try outbox.collect(taps: [RecordName(row: 3, id: Self.tap(3).logID)], positions: [])
        #expect(try outbox.returnCollected() == 2)
        #expect(try outbox.backlog(limit: 10, fromStart: true).map(\.requestID.low) == [3, 3])
        #expect(outbox.counts.collected == 3 && outbox.counts.collectedPositions == 1)
        try outbox.checkBooks()

        // Begun again as the same, it is the same; and once more another one, it is that.
        #expect(try !take(into: &outbox, as: "VLD2"))
        #expect(outbox.counts.records == 2)
        #expect(try take(into: &outbox, as: "VLD1"))
        #expect(outbox.counts.records == 0 && DurableFile.exists("\(folder.path)/former-2.jsonl"))
        #expect(try outbox.returnCollected() == 0)
    }

    @Test("of another name that cannot be kept in a file keep the box from beginning")
    func notKept() throws {
        var outbox = try openOutbox()
        _ = try take(into: &outbox)
        _ = try outbox.commit([Self.tap(1)])
        var told: [Notice] = []
        #expect(throws: StorageError.self) {
            try Takeover.takeRecords(
                into: &outbox, from: TakeoverSpool(folder: "\(folder.path)/nowhere"), as: "VLD2", notices: &told)
        }
        #expect(try outbox.deviceID() == "VLD1" && outbox.counts.records == 2)
    }

    @Test("of another name are all kept, however many, in files that the hub takes")
    func manyOfOtherName() throws {
        var outbox = try openOutbox()
        _ = try take(into: &outbox)
        let position = Self.position(7)
        _ = try outbox.commit((1...1300).map { Self.tap($0) }, changes: [.position(position)])
        _ = try take(into: &outbox, as: "VLD2")
        let kept = try CollectedRecords(DurableFile.contents(of: "\(folder.path)/former-1.jsonl", limit: 8 << 20))
        #expect(kept.count == 1301 && outbox.counts.records == 0 && outbox.counts.collected == 2600)
    }
}
