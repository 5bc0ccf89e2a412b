import Base
import OperatingSystem
import Testing
import ValidatorCore

@testable import BoxEngine
@testable import SQLite
@testable import Storage

@Suite("When the outbox is written")
struct BoxOutboxTests {
    private static let boot = UniqueID(high: 1, low: 2)
    private let world = World()
    private let start = Instant(nanoseconds: 1_000_000_000_000)

    private func makeOutbox() throws -> BoxOutbox {
        let outbox = try Outbox(path: world.folder + "/outbox.db", limits: OutboxLimits(positions: 1000))
        return BoxOutbox(outbox, boot: Self.boot, at: start)
    }

    private func position(_ number: Int) -> OutboxChange {
        .position(
            PositionRecord(
                requestID: UniqueID(high: 3, low: UInt64(number)),
                stamp: Stamp(
                    instant: Instant(nanoseconds: Int64(number)), boot: UniqueID(high: 1, low: 2),
                    wall: WallTime(seconds: 1_800_000_000), source: .system),
                position: nil))
    }

    private func setRoom(_ outbox: inout BoxOutbox, pages: Int) {
        outbox.attempt(at: start) { outbox throws(StorageError) in
            try outbox.database.execute("PRAGMA max_page_count = \(pages)")
        }
    }

    @Test("something is still to be written while the disk is full, and is written when there is room")
    func fullDisk() throws {
        var outbox = try makeOutbox()
        setRoom(&outbox, pages: 1)
        for number in 0..<200 { outbox.note(position(number), at: start) }
        let isWritten = outbox.flush(at: start)
        #expect(!isWritten && outbox.counts.positions == 0 && outbox.failingSince == start)
        setRoom(&outbox, pages: 100_000)
        let later = start + BoxOutbox.retryDelay
        outbox.work(at: later, vouchedTime: nil)
        #expect(outbox.counts.positions == 200 && outbox.isSettled && outbox.failingSince == nil)
    }

    @Test("a stream of changes does not put their writing off")
    func stream() throws {
        var outbox = try makeOutbox()
        for number in 0..<50 {
            let now = start + .milliseconds(20) * number
            outbox.note(position(number), at: now)
            outbox.work(at: now, vouchedTime: nil)
        }
        #expect(outbox.counts.positions >= 40, "at most those of the last 200 ms wait")
    }

    @Test("a failure is told once, not with each try")
    func complaint() throws {
        var outbox = try makeOutbox()
        setRoom(&outbox, pages: 1)
        for number in 0..<200 {
            outbox.note(position(number), at: start)
            if number >= 195 { outbox.flush(at: start) }
        }
        let notices = outbox.takeNotices()
        #expect(notices.count == 1 && notices.first?.level == .error)
    }

    @Test("nothing is due when all is written and kept up, but for an hourly check of the books if anything was written")
    func idle() throws {
        var outbox = try makeOutbox()
        outbox.note(position(1), at: start)
        #expect(outbox.nextDue == start + BoxOutbox.flushDelay)
        for second in 1...6 as ClosedRange<Int> { outbox.work(at: start + .seconds(second), vouchedTime: nil) }
        #expect(outbox.nextDue == start + BoxOutbox.auditInterval)
        for _ in 0..<10 {
            if let due = outbox.nextDue { outbox.work(at: due, vouchedTime: nil) }
        }
        #expect(outbox.nextDue == nil)
    }

    @Test("the check of the books waits until nobody taps")
    func auditWaits() throws {
        var outbox = try makeOutbox()
        outbox.store(tap(1))
        let hour = start + BoxOutbox.auditInterval
        _ = outbox.commitTurn(at: hour)
        outbox.work(at: hour, vouchedTime: nil)
        #expect(outbox.nextDue == hour + BoxOutbox.idleAfter)
    }

    private func tap(_ number: UInt64) -> Tap {
        Tap(
            logID: UniqueID(high: 5, low: number), bookingID: UniqueID(high: 6, low: number), source: "front",
            subject: .ticket([1]), outcome: .accepted, reason: .ok, mode: .offline,
            stamp: Stamp(instant: start, boot: Self.boot, wall: WallTime(seconds: 1_800_000_000), source: .gps), position: nil,
            pending: [.booking, .log])
    }

    /// All that the outbox has on disk.
    private func files() -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in ["outbox.db", "outbox.db-wal"] {
            files[name] = try? SmallFile.read("\(world.folder)/\(name)", limit: 1 << 26)
        }
        return files
    }

    @Test("to ask what waits has no effect: nothing is written and nothing becomes due, and what was gathered counts")
    func asking() throws {
        var outbox = try makeOutbox()
        outbox.store(tap(1))
        outbox.store(tap(2))
        _ = outbox.commitTurn(at: start)
        for second in 1...6 as ClosedRange<Int> { outbox.work(at: start + .seconds(second), vouchedTime: nil) }
        let dueBefore = outbox.nextDue
        let first = outbox.oldestPending()
        #expect(outbox.nextDue == dueBefore && first == tap(1).stamp)

        outbox.note(.delivered(.booking(1)), at: start + .seconds(7))
        outbox.note(.refused(.log(1), code: 7, message: "no"), at: start + .seconds(7))
        outbox.note(position(1), at: start + .seconds(7))
        let (before, due) = (files(), outbox.nextDue)
        let expected = outbox.expectedCounts
        _ = outbox.oldestPending()
        #expect(expected.records == 2 && expected.refused == 1 && expected.positions == 1)
        #expect(outbox.counts.records == 4 && outbox.counts.positions == 0 && !outbox.isSettled)
        #expect(files() == before && outbox.nextDue == due)

        outbox.flush(at: start + .seconds(8))
        let (written, again) = (outbox.counts, outbox.expectedCounts)
        #expect(written == expected && again == expected)
        for key in [UploadKey.booking(2), .log(2), .position(1)] { outbox.note(.delivered(key), at: start + .seconds(9)) }
        let none = outbox.oldestPending()
        #expect(none == nil)
    }
}
