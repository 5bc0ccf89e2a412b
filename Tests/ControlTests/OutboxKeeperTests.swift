import Base
import Testing
import ValidatorCore

@testable import SQLite
@testable import Storage
@testable import validatord

@Suite("The outbox of a running box", .timeLimit(.minutes(1)))
struct OutboxKeeperTests {
    private let folder: TemporaryFolder
    private let keeper: OutboxKeeper

    init() throws {
        folder = try TemporaryFolder()
        let outbox = try Outbox(path: "\(folder.path)/outbox.db", limits: OutboxLimits(positions: 1000))
        keeper = OutboxKeeper(
            outbox, boot: UniqueID(high: 1, low: 2), vouchedTime: { nil }, onCommitted: { _ in }, onFailed: { _ in },
            onDamaged: { _ in },
            onNotice: { _ in })
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

    private func setRoom(pages: Int) {
        keeper.attempt { outbox throws(StorageError) in try outbox.database.execute("PRAGMA max_page_count = \(pages)") }
    }

    @Test("says that something is still to be written while the disk is full, and writes it when there is room")
    func fullDisk() {
        setRoom(pages: 1)
        for number in 0..<200 { keeper.note(position(number)) }
        #expect(!keeper.flush())
        #expect(keeper.counts.positions == 0)
        setRoom(pages: 100_000)
        #expect(keeper.flush())
        #expect(keeper.counts.positions == 200)
        #expect(keeper.flush(), "nothing is left")
    }

    @Test("what cannot be written stays bounded: the oldest positions are dropped and counted, marks never are")
    func bounded() {
        var changes = PendingChanges()
        changes.append(.delivered(.log(1)))
        for number in 0..<PendingChanges.maximumPositions + 3 { changes.append(position(number)) }
        changes.append(.delivered(.log(2)))
        #expect(changes.list.count == PendingChanges.maximumPositions + 2)
        #expect(changes.list.first == .delivered(.log(1)) && changes.list.last == .delivered(.log(2)))
        #expect(changes.list[1] == position(3) && changes.droppedPositions == 3)
    }

    private func reading(_ number: Int, row: Int, lastRead: Int64 = 0) -> OngoingReading {
        OngoingReading(
            row: row, id: UniqueID(high: 4, low: UInt64(number)), tid: [1], reader: "reader", firstRead: WallTime(seconds: 0),
            lastRead: WallTime(seconds: lastRead), timeout: .seconds(3))
    }

    @Test("of what cannot be written about a visit only the last is held, one change a row")
    func readings() {
        var changes = PendingChanges()
        for second in 1...1000 as ClosedRange<Int64> {
            changes.append(.readingSeen(row: 0, lastRead: WallTime(seconds: second)))
            changes.append(.readingClosed(row: 2))
            changes.append(.readingOpened(reading(Int(second), row: 2)))
            changes.append(.readingSeen(row: 2, lastRead: WallTime(seconds: second)))
            changes.append(.readingOpened(reading(Int(second), row: 1)))
            changes.append(.readingClosed(row: 1))
        }
        #expect(
            changes.list == [
                .readingSeen(row: 0, lastRead: WallTime(seconds: 1000)), .readingClosed(row: 1),
                .readingOpened(reading(1000, row: 2, lastRead: 1000)),
            ])
        #expect(changes.count == 3 && !changes.isEmpty)
        changes.removeAll()
        #expect(changes.isEmpty)
    }

    @Test("a stream of changes does not put their writing off")
    func stream() async throws {
        for number in 0..<50 {
            keeper.note(position(number))
            try await Task.sleep(for: .milliseconds(20))
            if keeper.counts.positions > 0 { return }
        }
        Issue.record("nothing was written within a second")
    }
}
