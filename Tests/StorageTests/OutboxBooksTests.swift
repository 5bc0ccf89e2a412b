import Base
import Foundation
import SQLite
import TestSupport
import Testing
import ValidatorCore

@testable import Storage

@Suite("The outbox's books")
struct OutboxBooksTests {
    let folder = TemporaryFolder()

    @Test("are right whatever became of the records", arguments: 1...20 as ClosedRange<UInt64>)
    func everyChange(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var limits = OutboxLimits.small(positions: 5)
        limits.collectedTaps = 10
        var outbox = try folder.openOutbox(limits)
        for number in 1...300 {
            let row = Int64.random(in: 1...Int64(number), using: &random)
            let part: UploadKey = Bool.random(using: &random) ? .booking(row) : .log(row)
            let position: UploadKey = .position(row)
            let visit = Int.random(in: 0...3, using: &random)
            let changes: [OutboxChange] = [
                .delivered(part), .refused(part, code: 1, message: ""), .refusedOnce(part), .position(.sample(number)),
                .delivered(position), .refused(position, code: 1, message: ""), .readingOpened(.sample(number, row: visit)),
                .readingClosed(row: visit), .readingSeen(row: visit, lastRead: someTime),
            ]
            let taps = [Tap.sample(number, ticket: Bool.random(using: &random))]
            _ = try outbox.commit(taps, changes: changes.filter { _ in Int.random(in: 0..<3, using: &random) == 0 })
            switch Int.random(in: 0..<30, using: &random) {
            case 0: try outbox.retryRefused()
            case 1: _ = try outbox.returnCollected()
            case 2...9:
                _ = try outbox.collect(
                    taps: [RecordName(row: row, id: Tap.sample(Int(row)).logID)],
                    positions: try outbox.storedPositions(limit: 1).map { RecordName(row: $0.row, id: $0.record.requestID) })
            case 10:
                try outbox.fillLog()
                try outbox.maintain(
                    isIdle: true, time: (someTime + .seconds(600 + number / 2), Stamp.second(number + 600).instant))
            default: break
            }
            try outbox.checkBooks()
        }
        let counts = outbox.counts
        outbox = try folder.reopen(outbox)
        #expect(outbox.counts == counts)
    }

    @Test(
        "that are wrong are told, with what differs and what comes next",
        arguments: [
            ("UPDATE taps SET pending = 2 WHERE row = 1", "bookings that wait: 2 in the file, 3 in memory"),
            ("UPDATE taps SET refused = 2 WHERE row = 3", "refused logs: 1 in the file, 0 in memory"),
            ("UPDATE taps SET collected = 1 WHERE row = 3", "collected bookings: 1 in the file, 0 in memory"),
            ("DELETE FROM positions", "positions that wait: 0 in the file, 1 in memory"),
            ("DELETE FROM used_tickets", "used tickets: 0 in the file, 1 in memory"),
            ("DELETE FROM readings", "open visits: 0 in the file, 1 in memory"),
            ("UPDATE taps SET row = 9 WHERE row = 3", "the next tap's row: 10 by the file, 4 in memory"),
        ])
    func wrong(change: String, difference: String) throws {
        var outbox = try folder.openOutbox()
        _ = try outbox.commit(
            [.sample(1), .sample(2, ticket: true), .sample(3)],
            changes: [.position(.sample(1)), .readingOpened(.sample(1))])
        try outbox.checkBooks()
        try outbox.database.execute(change)
        let error = #expect(throws: StorageError.self) { try outbox.checkBooks() }
        #expect(error?.kind == .miscounted)
        #expect(error?.description.contains(difference) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("starts anew and counts again") == true)
        outbox = try folder.openAgain(outbox)
        try outbox.checkBooks()
    }

    @Test("that would come below nothing undo the commit that did it")
    func impossible() throws {
        var outbox = try folder.openOutbox()
        _ = try outbox.commit([.sample(1)])
        outbox.books.pending.bookings = 0
        let error = #expect(throws: StorageError.self) {
            try outbox.commit([.sample(2, pending: .log)], changes: [.delivered(.booking(1))])
        }
        #expect(error?.kind == .miscounted && error?.description.contains("bookings that wait: -1") == true)
        outbox = try folder.openAgain(outbox)
        #expect(outbox.counts.records == 2)
        try outbox.checkBooks()
    }

    @Test("are checked slice by slice, however many records there are, and again after each commit")
    func slices() throws {
        var outbox = try folder.openOutbox()
        _ = try outbox.commit((1...3 * Upkeep.auditedRows).map { .sample($0) })
        _ = try outbox.commit([], changes: [.delivered(.log(1))])
        var turns = 0
        while outbox.areBooksUnchecked {
            try outbox.checkSomeBooks()
            turns += 1
        }
        #expect(turns == 7, "four slices of taps, and one of each other table")
        try outbox.checkSomeBooks()
        _ = try outbox.commit([], changes: [.delivered(.booking(1))])
        #expect(outbox.areBooksUnchecked == true)
        try outbox.database.execute("UPDATE taps SET pending = 0 WHERE row = \(2 * Upkeep.auditedRows)")
        let error = #expect(throws: StorageError.self) {
            while outbox.areBooksUnchecked { try outbox.checkSomeBooks() }
        }
        #expect(error?.kind == .miscounted)
    }

    @Test("that were wrong leave a copy of the file and its log, at most three")
    func copies() throws {
        var outbox = try folder.openOutbox()
        for number in 1...4 {
            _ = try outbox.commit([.sample(number)])
            let copy = try Outbox.copyAside(folder.outboxPath)
            #expect(copy == "\(folder.outboxPath).miscounted-\(min(number, 3))")
            let found = try Outbox(path: copy, limits: .small())
            #expect(found.notices.isEmpty && found.counts.records == 2 * number)
        }
        #expect(try folder.files.filter { $0.hasPrefix("outbox.db.miscounted-") && !$0.contains("-wal") }.count == 3)
        try outbox.checkBooks()
    }
}
