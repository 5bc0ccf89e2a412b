import Base
import Storage
import TestSupport
import Testing
import ValidatorCore

@Suite("Visits that have not ended")
struct OutboxReadingTests {
    let folder = TemporaryFolder()

    private func reopened(_ outbox: consuming Outbox) throws -> [OngoingReading] {
        var outbox = try folder.reopen(outbox)
        return outbox.takeRestored().ongoingReadings
    }

    @Test("are there after a restart, those unseen longest first, with the last read that was noted")
    func restart() throws {
        var outbox = try folder.openOutbox()
        #expect(outbox.takeRestored().ongoingReadings.isEmpty)
        _ = try outbox.commit([], changes: (1...4).map { .readingOpened(.sample($0)) })
        var first = OngoingReading.sample(1)
        first.lastRead = first.firstRead + .seconds(100)
        _ = try outbox.commit([], changes: [.readingSeen(row: 1, lastRead: first.lastRead), .readingClosed(row: 3)])
        #expect(try reopened(outbox) == [.sample(2), .sample(4), first])
    }

    @Test("give their row to another once they have ended")
    func rows() throws {
        var outbox = try folder.openOutbox()
        _ = try outbox.commit([], changes: [.readingOpened(.sample(7, row: 0))])
        _ = try outbox.commit([], changes: [.readingClosed(row: 0), .readingOpened(.sample(8, row: 0))])
        _ = try outbox.commit([], changes: [.readingSeen(row: 5, lastRead: someTime), .readingClosed(row: 6)])
        #expect(try reopened(outbox) == [.sample(8, row: 0)])
    }

    @Test("are restored 10,000 at a time")
    func crowd() throws {
        var outbox = try folder.openOutbox()
        _ = try outbox.commit([], changes: (0..<10_000).map { .readingOpened(.sample($0)) })
        #expect(try reopened(outbox) == (0..<10_000).map { .sample($0) })
    }

    @Test("in a row that no release would use are left alone")
    func foreignRows() throws {
        var outbox = try folder.openOutbox()
        _ = try outbox.commit([], changes: [-1, Limits.ongoingReadings, 3].map { .readingOpened(.sample(3, row: $0)) })
        #expect(try reopened(outbox) == [.sample(3)])
    }

    @Test(
        "after a power cut are what they were at some commit since the last one that had to last",
        arguments: 1...100 as ClosedRange<UInt64>)
    func powerCuts(seed: UInt64) throws {
        let disk = CrashDisk("reading-power-cut-\(seed)", seed: seed)
        var random = SeededGenerator(seed: seed)
        var rows: [Int: OngoingReading] = [:]
        var number = 0
        for life in 0..<6 {
            disk.fail(.powerCut, atCall: Int.random(in: 1...400, using: &random))
            let allowed = live(on: disk, rows, &number, using: &random)
            disk.restart()
            var outbox = try disk.openOutbox()
            let comment: Comment = "seed \(seed), life \(life)"
            #expect(outbox.notices.isEmpty, comment)
            let restored = outbox.takeRestored().ongoingReadings
            rows = Dictionary(uniqueKeysWithValues: restored.map { ($0.row, $0) })
            #expect(allowed.contains(rows), comment)
            try outbox.checkBooks()
        }
    }

    /// Runs the outbox until the power goes. Returns what the table may hold then.
    private func live(
        on disk: borrowing CrashDisk, _ found: [Int: OngoingReading], _ number: inout Int, using random: inout SeededGenerator
    ) -> [[Int: OngoingReading]] {
        var allowed = [found]
        var rows = found
        do {
            var outbox = try disk.openOutbox()
            for _ in 0..<200 {
                var changes: [OutboxChange] = []
                for _ in 0..<Int.random(in: 1...5, using: &random) {
                    number += 1
                    let row = Int.random(in: 0..<60, using: &random)
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0:
                        rows[row] = .sample(number, row: row)
                        changes.append(.readingOpened(.sample(number, row: row)))
                    case 1:
                        rows[row] = nil
                        changes.append(.readingClosed(row: row))
                    default:
                        rows[row]?.lastRead = someTime + .seconds(number)
                        changes.append(.readingSeen(row: row, lastRead: someTime + .seconds(number)))
                    }
                }
                // Should the power go now, it may have been in time.
                allowed.append(rows)
                _ = try outbox.commit([], changes: changes)
                if changes.contains(where: { if case .readingOpened = $0 { true } else { false } }) { allowed = [rows] }
                try outbox.maintain(isIdle: Int.random(in: 0..<4, using: &random) == 0, time: nil)
            }
            try outbox.checkBooks()
        } catch {
            return allowed
        }
        return allowed
    }
}
