import Kernel
import Testing
import ValidatorCore

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
}
