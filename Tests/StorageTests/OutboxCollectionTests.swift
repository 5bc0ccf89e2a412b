import TestSupport
import Testing
import ValidatorCore

@testable import Storage

@Suite("Records that are carried away")
struct OutboxCollectionTests {
    private let folder = TemporaryFolder()

    private func tap(_ number: Int) -> RecordName { RecordName(row: Int64(number), id: Tap.sample(number).logID) }
    private func position(_ number: Int) -> RecordName {
        RecordName(row: Int64(number), id: PositionRecord.sample(number).requestID)
    }

    @Test("are kept and counted, wait no longer and are refused no longer, also after a restart")
    func collected() throws {
        var outbox = try folder.openOutbox()
        _ = try outbox.commit((1...3).map { .sample($0) }, changes: [.position(.sample(1)), .position(.sample(2))])
        _ = try outbox.commit(
            [],
            changes: [
                .delivered(.booking(1)), .refused(.log(2), code: 7, message: "no"),
                .refused(.position(1), code: 7, message: "no"),
            ])
        let (withdrawn, refused) = try outbox.collect(taps: [tap(1), tap(2)], positions: [position(1), position(2)])
        #expect(withdrawn == [.log(1), .booking(2), .position(2)])
        #expect(refused == 1)
        for _ in 0..<2 {
            #expect(outbox.counts.records == 2 && outbox.counts.refused == 0 && outbox.counts.collected == 3)
            #expect(outbox.counts.positions == 0 && outbox.counts.refusedPositions == 0)
            #expect(outbox.counts.collectedPositions == 2)
            #expect(try outbox.backlog(limit: 10, fromStart: true).map(\.key) == [.booking(3), .log(3)])
            #expect(try outbox.unfinishedTaps(limit: 10).map(\.row) == [3])
            #expect(
                try outbox.taps(isRefused: true, after: 0, lookingAt: 10).records.isEmpty
                    && outbox.storedPositions(limit: 10).isEmpty)
            outbox = try folder.reopen(outbox)
        }
        try outbox.checkBooks()
    }

    @Test("are passed over a few rows at a time, and what is behind them is found")
    func slices() throws {
        var outbox = try folder.openOutbox()
        _ = try outbox.commit((1...7).map { .sample($0) }, changes: (1...7).map { .position(.sample($0)) })
        _ = try outbox.commit([], changes: [.refused(.log(7), code: 7, message: "no")])
        _ = try outbox.collect(taps: (1...6).map(tap), positions: (1...6).map(position))
        var looks: [[Int64]] = []
        var row: Int64? = 0
        while let after = row {
            let slice = try outbox.taps(isRefused: false, after: after, lookingAt: 3)
            looks.append(slice.records.map(\.row))
            row = slice.last
        }
        #expect(looks == [[], [], [7], []])
        #expect(try outbox.taps(isRefused: true, after: 3, lookingAt: 4).records.map(\.row) == [7])
        let first = try outbox.positions(isRefused: false, after: 0, lookingAt: 3)
        #expect(first.records.isEmpty && first.last == 3)
        #expect(try outbox.positions(isRefused: false, after: 3, lookingAt: 4).records.map(\.row) == [7])
        // Without a refused one there is nothing to look for.
        #expect(try outbox.positions(isRefused: true, after: 0, lookingAt: 3).last == nil)
    }

    @Test("are not touched by what the platform says of them afterwards")
    func lateVerdicts() throws {
        var outbox = try folder.openOutbox()
        _ = try outbox.commit([.sample(1)], changes: [.position(.sample(1))])
        _ = try outbox.collect(taps: [tap(1)], positions: [position(1)])
        let counts = outbox.counts
        _ = try outbox.commit(
            [],
            changes: [
                .delivered(.booking(1)), .refused(.log(1), code: 1, message: ""), .refusedOnce(.booking(1)),
                .delivered(.position(1)), .refused(.position(1), code: 1, message: ""),
            ])
        #expect(outbox.counts == counts)
        #expect(try folder.reopen(outbox).counts == counts)
    }

    @Test("are those that the file names: the same row under another req_id is another record")
    func otherRecord() throws {
        var outbox = try folder.openOutbox()
        _ = try outbox.commit([.sample(1)], changes: [.position(.sample(1))])
        let stranger = RecordName(row: 1, id: Tap.sample(9).logID)
        let (withdrawn, refused) = try outbox.collect(taps: [stranger, tap(2)], positions: [stranger])
        #expect(withdrawn.isEmpty && refused == 0)
        #expect(outbox.counts.records == 2 && outbox.counts.positions == 1 && outbox.counts.collected == 0)
        try outbox.checkBooks()
    }

    @Test("collected a second time, are counted once")
    func twice() throws {
        var outbox = try folder.openOutbox()
        _ = try outbox.commit([.sample(1)], changes: [.position(.sample(1))])
        _ = try outbox.collect(taps: [tap(1), tap(1)], positions: [position(1), position(1)])
        let (withdrawn, _) = try outbox.collect(taps: [tap(1)], positions: [position(1)])
        #expect(withdrawn.isEmpty)
        #expect(outbox.counts.collected == 2 && outbox.counts.collectedPositions == 1)
        try outbox.checkBooks()
    }

    @Test("wait again under their old req_ids when the file was lost")
    func lostFile() throws {
        var outbox = try folder.openOutbox()
        _ = try outbox.commit([.sample(1), .sample(2)], changes: [.position(.sample(1))])
        _ = try outbox.commit([], changes: [.delivered(.booking(1)), .refused(.log(1), code: 7, message: "no")])
        _ = try outbox.collect(taps: [tap(1), tap(2)], positions: [position(1)])
        #expect(try outbox.returnCollected() == 3)
        outbox = try folder.reopen(outbox)
        #expect(outbox.counts.records == 3 && outbox.counts.positions == 1 && outbox.counts.collected == 0)
        let backlog = try outbox.backlog(limit: 10, fromStart: true)
        #expect(backlog.map(\.key) == [.log(1), .booking(2), .log(2), .position(1)])
        #expect(backlog.map(\.requestID.low) == [1, 2, 2, 1])
        #expect(backlog.allSatisfy { $0.refusals == 0 })
        try outbox.checkBooks()
    }

    @Test("outlive the history of finished taps, up to a bound of their own, of which the oldest goes")
    func bound() throws {
        var limits = OutboxLimits.small(finishedTaps: 5)
        limits.collectedTaps = 10
        var outbox = try folder.openOutbox(limits)
        _ = try outbox.commit((1...30).map { .sample($0) })
        _ = try outbox.collect(taps: (1...30).map { tap($0) }, positions: [])
        try outbox.fillLog()
        try outbox.maintain(isIdle: true, time: nil)
        #expect(try outbox.recentTaps(limit: 100).map(\.row) == (21...30).reversed())
        #expect(outbox.counts.collected == 20)
        outbox = try folder.reopen(outbox)
        #expect(outbox.counts.collected == 20)
        try outbox.checkBooks()
    }

    @Test("are forgotten 90 days after the tap, by a time that somebody vouches for, and none whose own time nobody did")
    func age() throws {
        var outbox = try folder.openOutbox()
        _ = try outbox.commit([
            .sample(1), .sample(2), .sample(3, stamp: .second(3 + 86_400)), .sample(4, stamp: .second(4, source: .system)),
        ])
        _ = try outbox.collect(taps: (1...4).map { tap($0) }, positions: [])
        func rows(after days: Int, isVouched: Bool = true) throws -> [Int64] {
            let moment = Stamp.second(days * 86_400 + 100)
            try outbox.fillLog()
            try outbox.maintain(isIdle: true, time: isVouched ? (moment.wall, moment.instant) : nil)
            return try outbox.recentTaps(limit: 10).map(\.row).reversed()
        }
        #expect(try rows(after: 89) == [1, 2, 3, 4])
        #expect(try rows(after: 1000, isVouched: false) == [1, 2, 3, 4])
        #expect(try rows(after: 90) == [3, 4])
        #expect(outbox.counts.collected == 4)
        #expect(try rows(after: 1000) == [4])
        try outbox.checkBooks()
    }

    @Test("at the bound on positions a collected one goes without being counted as lost")
    func positionBound() throws {
        var outbox = try folder.openOutbox(.small(positions: 3))
        _ = try outbox.commit([], changes: (1...3).map { .position(.sample($0)) })
        _ = try outbox.collect(taps: [], positions: [position(1)])
        _ = try outbox.commit([], changes: [.position(.sample(4))])
        #expect(outbox.counts.droppedPositions == 0 && outbox.counts.collectedPositions == 0)
        _ = try outbox.commit([], changes: [.position(.sample(5))])
        #expect(outbox.counts.droppedPositions == 1 && outbox.counts.positions == 3)
        try outbox.checkBooks()
    }
}
