import Base
import Fares
import Storage
import TestSupport
import Testing
import ValidatorCore

@Suite("The outbox keeps")
struct OutboxTests {
    let folder = TemporaryFolder()

    @Test("the mobile network's account outlives a restart")
    func dataUse() throws {
        var outbox = try folder.openOutbox()
        #expect(try outbox.dataUse() == DataUse())
        let use = DataUse(month: 202_611, bytes: 5_000_000_000, counter: .init(boot: thisBoot, interface: 7, bytes: 123))
        try outbox.save(use)
        outbox = try folder.reopen(outbox)
        #expect(try outbox.dataUse() == use)
        try outbox.checkBooks()
    }

    @Test("and says before and after each wait for the medium that it waits: taps and checkpoints do, mere marks do not")
    func syncs() throws {
        var outbox = try folder.openOutbox()
        var stages: [SyncStage] = []
        outbox.onSync = { stages.append($0) }
        _ = try outbox.commit([.sample(1)])
        #expect(stages == [.begins, .ended])
        _ = try outbox.commit([], changes: [.delivered(.booking(1))])
        #expect(stages.count == 2)
        try outbox.settle()
        #expect(stages == [.begins, .ended, .begins, .ended])
        try outbox.checkBooks()
    }

    @Test("every answered tap across a restart, as it was")
    func tapsSurvive() throws {
        let taps = (1...5).map { Tap.sample($0, ticket: $0 == 3) }
        var rows: [Int64] = []
        do {
            var outbox = try folder.openOutbox()
            rows = try outbox.commit(taps)
            try outbox.checkBooks()
        }
        var outbox = try folder.openOutbox()
        #expect(outbox.notices.isEmpty)
        #expect(rows == [1, 2, 3, 4, 5])
        #expect(outbox.counts.records == 10)
        let stored = try outbox.recentTaps(limit: 10)
        #expect(stored.map(\.row) == rows.reversed())
        let restored = outbox.takeRestored()
        let withoutTickets = taps.map { tap in
            var tap = tap
            tap.usedTicket = nil
            return tap
        }
        #expect(restored.recentTaps == withoutTickets)
        #expect(restored.usedTickets == taps.compactMap(\.usedTicket))
        #expect(outbox.takeRestored().recentTaps.isEmpty)
        try outbox.checkBooks()
    }

    @Test("the latest 256 taps for the repeat interval, oldest first")
    func recentTapsAreBounded() throws {
        do {
            var outbox = try folder.openOutbox()
            _ = try outbox.commit((1...300).map { .sample($0) })
            try outbox.checkBooks()
        }
        var outbox = try folder.openOutbox()
        let recent = outbox.takeRestored().recentTaps
        #expect(recent.count == 256)
        #expect(recent.first?.logID == Tap.sample(45).logID)
        #expect(recent.last?.logID == Tap.sample(300).logID)
        try outbox.checkBooks()
    }

    @Test("what the platform said of modes, hours, keys and enterprise")
    func stateSurvives() throws {
        var state = BoxState()
        (state.tooLarge.cards, state.tooLarge.lineCards) = ("7", "8")
        state.modes.cardCheck = .online
        state.modes.ticketsEnabled = false
        state.modes.lineListRequired = true
        state.window = ServiceWindow(start: someTime, end: someTime + .seconds(3600), learned: someTime + .seconds(-5))
        state.enterpriseID = "企业 1"
        state.roots = .sample
        state.keys.adopt(KeyGroup(version: "1", keys: [.init(id: 1, text: "a84a6ce9")]), at: nil)
        state.keys.adopt(KeyGroup(version: "2", keys: [.init(id: 9, text: "x"), .init(id: 1, text: "y")]), at: someTime)
        do {
            var outbox = try folder.openOutbox()
            #expect(outbox.takeRestored().state == nil)
            _ = try outbox.commit([], state: state)
            try outbox.checkBooks()
        }
        var plain = BoxState()
        plain.modes.cardCheck = .offline
        do {
            var outbox = try folder.openOutbox()
            #expect(outbox.takeRestored().state == state)
            _ = try outbox.commit([], state: plain)
            try outbox.checkBooks()
        }
        var outbox = try folder.openOutbox()
        #expect(outbox.takeRestored().state == plain)
        try outbox.checkBooks()
    }

    @Test("that a group of ticket keys is revoked: a restart does not bring it back")
    func revocationSurvives() throws {
        func group(_ version: String, revoked: String? = nil) -> KeyGroup {
            KeyGroup(version: version, keys: [.init(id: 1, text: "of \(version)")], revokedVersion: revoked)
        }
        var state = BoxState()
        state.keys.adopt(group("1"), at: someTime)
        state.keys.adopt(group("2"), at: someTime)
        do {
            var outbox = try folder.openOutbox()
            _ = try outbox.commit([], state: state)
        }
        state.keys.adopt(group("2", revoked: "1"), at: someTime)
        do {
            var outbox = try folder.openOutbox()
            _ = try outbox.commit([], state: state)
        }
        var outbox = try folder.openOutbox()
        let keys = try #require(outbox.takeRestored().state).keys
        #expect(keys == state.keys && keys.keys(id: 1, at: someTime).map(\.text) == ["of 2"])
    }

    @Test("a row number for one tap only, also when the taps before it are finished and forgotten")
    func rowsAreNeverReused() throws {
        var last: Int64 = 0
        for round in 0..<4 {
            var outbox = try folder.openOutbox(.small(finishedTaps: 1))
            let rows = try outbox.commit((1...40).map { .sample(round * 40 + $0) })
            #expect(rows.first == last + 1)
            last = rows.last ?? 0
            _ = try outbox.commit([], changes: rows.flatMap { [.delivered(.booking($0)), .delivered(.log($0))] })
            try outbox.fillLog()
            try outbox.maintain(isIdle: true, time: nil)
            try outbox.checkBooks()
        }
        let outbox = try folder.openOutbox()
        #expect(try outbox.recentTaps(limit: 1000).count < 80)
        try outbox.checkBooks()
    }

    @Test("finished taps for people to look at, within its bound; unfinished and refused ones whatever their age")
    func historyIsBounded() throws {
        var outbox = try folder.openOutbox(.small(finishedTaps: 10))
        let rows = try outbox.commit((1...100).map { .sample($0, pending: .log) })
        _ = try outbox.commit([], changes: [.refused(.log(rows[2]), code: 7, message: "no")])
        _ = try outbox.commit([], changes: rows.dropFirst(3).map { .delivered(.log($0)) })
        try outbox.fillLog()
        try outbox.maintain(isIdle: true, time: nil)
        #expect(try outbox.recentTaps(limit: 1000).count == 100)  // the first two are pending: nothing behind them is forgotten
        _ = try outbox.commit([], changes: rows.prefix(2).map { .delivered(.log($0)) })
        _ = try outbox.backlog(limit: 10, fromStart: true)
        try outbox.fillLog()
        try outbox.maintain(isIdle: true, time: nil)
        let kept = try outbox.recentTaps(limit: 1000).map(\.row)
        #expect(kept == Array((92...100).reversed()) + [91, 3])
        try outbox.checkBooks()
    }

    @Test("a used ticket until it has expired at a trusted time")
    func usedTicketsArePurged() throws {
        var outbox = try folder.openOutbox()
        let taps = (1...20).map { Tap.sample($0, ticket: true) }
        _ = try outbox.commit(taps)
        try outbox.fillLog()
        try outbox.maintain(isIdle: true, time: nil)
        outbox = try folder.reopen(outbox)
        #expect(outbox.takeRestored().usedTickets.count == 20)
        try outbox.maintain(isIdle: true, time: (someTime, Stamp.second(21).instant))
        try outbox.fillLog()
        try outbox.maintain(isIdle: true, time: (someTime + .seconds(611), Stamp.second(1000).instant))
        outbox = try folder.reopen(outbox)
        #expect(outbox.takeRestored().usedTickets == taps.dropFirst(10).compactMap(\.usedTicket))
        try outbox.checkBooks()
    }

    @Test("a used ticket while its lifetime has not passed, whatever the calendar says, and over restarts and boots")
    func usedTicketsOutlastWrongDates() throws {
        let someday = someTime + .seconds(8 * 365 * 86400)
        var outbox = try folder.openOutbox()
        let ticket = try #require(Tap.sample(1, ticket: true).usedTicket)
        _ = try outbox.commit([.sample(1, ticket: true)])
        // It is good for 720 s. Each boot has its own seconds, of which those count that lie between two things that happened.
        let boots: [(seconds: [Int], isHeld: Bool)] = [
            ([300], true), ([9000], true), ([5, 400], true), ([7, 33], true), ([1, 3], false),
        ]
        for (seconds, isHeld) in boots {
            for second in seconds {
                try outbox.fillLog()
                try outbox.maintain(isIdle: true, time: (someday, Stamp.second(second).instant))
            }
            outbox = try folder.reopen(outbox)
            #expect(outbox.takeRestored().usedTickets == (isHeld ? [ticket] : []), "\(seconds)")
        }
    }

    @Test("used tickets within its bound, the latest ones")
    func usedTicketsAreBounded() throws {
        var outbox = try folder.openOutbox()
        let taps = (1...150).map { Tap.sample($0, ticket: true) }
        _ = try outbox.commit(taps)
        try outbox.fillLog()
        try outbox.maintain(isIdle: true, time: (someTime, Stamp.second(151).instant))
        outbox = try folder.reopen(outbox)
        #expect(outbox.takeRestored().usedTickets == taps.suffix(100).compactMap(\.usedTicket))
        try outbox.checkBooks()
    }

    @Test("the newest positions within its bound, and counts the dropped ones durably")
    func positionsAreBounded() throws {
        do {
            var outbox = try folder.openOutbox(.small(positions: 5))
            for number in 1...8 { _ = try outbox.commit([], changes: [.position(.sample(number))]) }
            #expect(outbox.counts.positions == 5)
            #expect(outbox.counts.droppedPositions == 3)
            try outbox.checkBooks()
        }
        var outbox = try folder.openOutbox(.small(positions: 5))
        #expect(outbox.counts.positions == 5)
        #expect(outbox.counts.droppedPositions == 3)
        let uploads = try outbox.backlog(limit: 10, fromStart: true)
        #expect(uploads.map(\.requestID) == (4...8).map { PositionRecord.sample($0).requestID })
        #expect(uploads.first?.position == PositionRecord.sample(4).position)
        try outbox.checkBooks()
    }

    @Test(
        "records that nobody vouched for, or a system clock only, and dates them once the time is known",
        arguments: [ClockSource.none, .system])
    func timesAreCorrected(by clock: ClockSource) throws {
        var outbox = try folder.openOutbox()
        let undated = Stamp.second(100, boot: thisBoot, source: clock)
        _ = try outbox.commit(
            [
                .sample(1, stamp: .second(1, boot: earlierBoot, source: .none)),
                .sample(2, stamp: undated),
                .sample(3, stamp: .second(3, source: .server)),
            ], changes: [.position(PositionRecord(requestID: UniqueID(high: 9, low: 9), stamp: undated, position: nil))])
        let truth = WallTime(seconds: 1_800_000_000)
        if clock == .system {
            try outbox.correctTimes(boot: thisBoot, at: Instant(nanoseconds: 0), wall: WallTime(seconds: 5), source: .system)
            #expect(try outbox.recentTaps(limit: 3)[1].tap.stamp == undated, "it is no better than itself")
        }
        try outbox.correctTimes(boot: thisBoot, at: Instant(nanoseconds: 160_000_000_000), wall: truth, source: .gps)
        let stamps = try outbox.recentTaps(limit: 3).reversed().map(\.tap.stamp)
        var corrected = undated
        corrected.wall = truth + .seconds(-60)
        corrected.source = .gps
        #expect(stamps == [.second(1, boot: earlierBoot, source: .none), corrected, .second(3, source: .server)])
        #expect(try outbox.storedPositions(limit: 1).first?.record.stamp == corrected)
        try outbox.checkBooks()
    }

    @Test("nothing of a turn that has nothing to store")
    func emptyTurn() throws {
        var outbox = try folder.openOutbox()
        #expect(try outbox.commit([]) == [])
        #expect(try outbox.oldestPending() == nil)
        try outbox.checkBooks()
    }
}
