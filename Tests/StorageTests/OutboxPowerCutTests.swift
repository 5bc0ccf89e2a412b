import Base
import Fares
import Storage
import Testing
import ValidatorCore

/// What must be on the disk, by what the outbox said of each call.
private struct Expectation {
    /// Taps whose commit returned.
    var committed: [Tap] = []
    /// Taps whose commit failed with the power: all of them may be there, or none.
    var doubtful: [Tap] = []

    /// Takes what was found as the new truth.
    mutating func check(_ found: [StoredTap], tickets: [UsedTicket], _ comment: Comment) {
        let names = found.map(\.tap.logID)
        let sure = committed.map(\.logID)
        #expect(names.prefix(sure.count) == sure[...], comment)
        let rest = Array(names.dropFirst(sure.count))
        #expect(rest.isEmpty || rest == doubtful.map(\.logID), comment)
        if !rest.isEmpty { committed += doubtful }
        doubtful = []
        for (stored, tap) in zip(found, committed) {
            var expected = tap
            expected.usedTicket = nil
            expected.pending = stored.tap.pending
            #expect(stored.tap == expected, comment)
        }
        #expect(Set(tickets) == Set(committed.compactMap(\.usedTicket)), comment)
    }
}

@Suite("After a power cut")
struct OutboxPowerCutTests {
    @Test(
        "every committed tap is there, no half turn, and a used ticket exactly when its tap is",
        arguments: 1...100 as ClosedRange<UInt64>)
    func seeded(seed: UInt64) throws {
        let disk = CrashDisk("power-cut-\(seed)", seed: seed)
        var random = SeededGenerator(seed: seed)
        var expectation = Expectation()
        var number = 0
        for life in 0..<6 {
            disk.fail(.powerCut, atCall: Int.random(in: 1...400, using: &random))
            live(on: disk, &number, &expectation, using: &random)
            disk.restart()
            var outbox = try Outbox(path: "outbox.db", limits: .forPowerCuts, vfs: disk.name)
            let comment: Comment = "seed \(seed), life \(life)"
            #expect(outbox.notices.isEmpty, comment)
            let found = try outbox.recentTaps(limit: 10_000).reversed()
            expectation.check(Array(found), tickets: outbox.takeRestored().usedTickets, comment)
            #expect(outbox.counts.records == found.reduce(0) { $0 + $1.tap.pending.count }, comment)
            try outbox.checkBooks()
        }
    }

    /// Runs the outbox as a loop would, until the power goes.
    private func live(
        on disk: borrowing CrashDisk, _ number: inout Int, _ expectation: inout Expectation, using random: inout SeededGenerator
    ) {
        var turn: [Tap] = []
        do {
            var outbox = try Outbox(path: "outbox.db", limits: .forPowerCuts, vfs: disk.name)
            for _ in 0..<200 {
                turn = []
                for _ in 0..<Int.random(in: 0...3, using: &random) {
                    number += 1
                    turn.append(.sample(number, ticket: Bool.random(using: &random)))
                }
                var changes: [OutboxChange] = []
                if Bool.random(using: &random) { changes.append(.position(.sample(number))) }
                for upload in try outbox.backlog(limit: 2, fromStart: true) where Bool.random(using: &random) {
                    changes.append(.delivered(upload.key))
                }
                let rows = try outbox.commit(turn, changes: changes)
                #expect(rows.count == turn.count)
                expectation.committed += turn
                turn = []
                try outbox.maintain(isIdle: Int.random(in: 0..<4, using: &random) == 0, time: nil)
            }
            try outbox.checkBooks()
        } catch {
            expectation.doubtful = turn
        }
    }
}

extension OutboxLimits {
    /// Nothing is forgotten, so that every tap can be accounted for.
    fileprivate static var forPowerCuts: OutboxLimits {
        var limits = OutboxLimits(positions: 5)
        limits.finishedTaps = 100_000
        return limits
    }
}
