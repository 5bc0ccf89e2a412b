import Base
import Testing
import ValidatorCore

@testable import BoxEngine

@Suite("Changes that wait for the outbox")
struct PendingChangesTests {
    private func position(_ number: Int) -> OutboxChange {
        .position(
            PositionRecord(
                requestID: UniqueID(high: 3, low: UInt64(number)),
                stamp: Stamp(
                    instant: Instant(nanoseconds: Int64(number)), boot: UniqueID(high: 1, low: 2),
                    wall: WallTime(seconds: 1_800_000_000), source: .system),
                position: nil))
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
}
