import TestSupport
import Testing
import ValidatorCore

@Suite("The backlog")
struct OutboxBacklogTests {
    let folder = TemporaryFolder()

    @Test("comes oldest first, a tap's booking before its log, records before positions")
    func order() throws {
        var outbox = try folder.openOutbox()
        _ = try outbox.commit([.sample(1)], changes: [.position(.sample(1))])
        _ = try outbox.commit([.sample(2, pending: .log), .sample(3, pending: [])])
        let uploads = try outbox.backlog(limit: 10, fromStart: true)
        #expect(uploads.map(\.key) == [.booking(1), .log(1), .log(2), .position(1)])
        #expect(uploads[0].requestID == Tap.sample(1).bookingID)
        #expect(uploads[1].requestID == Tap.sample(1).logID)
        #expect(uploads[1].content == .log(Tap.sample(1).subject, status: 0))
        try outbox.checkBooks()
    }

    @Test("comes in pages of exactly the size asked for, each upload once, and anew from the start", arguments: 1...4)
    func pages(limit: Int) throws {
        var outbox = try folder.openOutbox()
        _ = try outbox.commit((1...4).map { .sample($0) }, changes: (1...3).map { .position(.sample($0)) })
        for _ in 0..<2 {
            var keys: [UploadKey] = []
            var page = try outbox.backlog(limit: limit, fromStart: true)
            while page.count == limit {
                keys += page.map(\.key)
                page = try outbox.backlog(limit: limit, fromStart: false)
            }
            keys += page.map(\.key)
            #expect(keys == (1...4).flatMap { [.booking($0), .log($0)] } + (1...3).map { .position($0) })
        }
        try outbox.checkBooks()
    }

    @Test("goes on behind what was handed out when taps come in meanwhile")
    func growing() throws {
        var outbox = try folder.openOutbox()
        _ = try outbox.commit([.sample(1)])
        #expect(try outbox.backlog(limit: 10, fromStart: true).count == 2)
        _ = try outbox.commit([.sample(2)])
        #expect(try outbox.backlog(limit: 10, fromStart: false).map(\.key) == [.booking(2), .log(2)])
        try outbox.checkBooks()
    }

    @Test("holds an upload until it is delivered, across restarts, and counts it once however often that is reported")
    func delivery() throws {
        do {
            var outbox = try folder.openOutbox()
            _ = try outbox.commit([.sample(1), .sample(2)], changes: [.position(.sample(1))])
            _ = try outbox.commit(
                [],
                changes: [.delivered(.booking(1)), .delivered(.booking(1)), .delivered(.position(1)), .delivered(.position(1))])
            #expect(outbox.counts.records == 3)
            #expect(outbox.counts.positions == 0)
            try outbox.checkBooks()
        }
        var outbox = try folder.openOutbox()
        #expect(outbox.counts.records == 3)
        #expect(try outbox.backlog(limit: 10, fromStart: true).map(\.key) == [.log(1), .booking(2), .log(2)])
        try outbox.checkBooks()
    }

    @Test("carries how often each upload was refused, across restarts")
    func refusalsAreCounted() throws {
        do {
            var outbox = try folder.openOutbox()
            _ = try outbox.commit([.sample(1)], changes: [.position(.sample(1))])
            _ = try outbox.commit(
                [],
                changes: [
                    .refusedOnce(.booking(1)), .refusedOnce(.booking(1)), .refusedOnce(.log(1)), .refusedOnce(.position(1)),
                ])
            try outbox.checkBooks()
        }
        var outbox = try folder.openOutbox()
        #expect(try outbox.backlog(limit: 10, fromStart: true).map(\.refusals) == [2, 1, 1])
        try outbox.checkBooks()
    }

    @Test("is without what was refused for good, which is kept apart with its reason until it is tried again")
    func refused() throws {
        var outbox = try folder.openOutbox()
        _ = try outbox.commit([.sample(1), .sample(2)], changes: [.position(.sample(1)), .position(.sample(2))])
        _ = try outbox.commit(
            [],
            changes: [
                .delivered(.log(1)), .refusedOnce(.booking(1)), .refused(.booking(1), code: 40, message: "余额不足"),
                .refused(.position(1), code: 41, message: "late"), .refused(.position(1), code: 41, message: "late"),
            ])
        #expect(try outbox.backlog(limit: 10, fromStart: true).map(\.key) == [.booking(2), .log(2), .position(2)])
        #expect(outbox.counts.records == 2)
        #expect(outbox.counts.refused == 1)
        #expect(outbox.counts.refusedPositions == 1)

        outbox = try folder.reopen(outbox)
        #expect(outbox.counts.refused == 1)
        let tap = try #require(outbox.taps(isRefused: true, after: 0, lookingAt: 10).records.first)
        #expect(tap.row == 1 && tap.refused == .booking && tap.refusalCode == 40 && tap.refusalMessage == "余额不足")
        #expect(try outbox.positions(isRefused: true, after: 0, lookingAt: 10).records.first?.refusal?.message == "late")
        #expect(try outbox.unfinishedTaps(limit: 10).map(\.row) == [1, 2])

        try outbox.retryRefused()
        #expect(outbox.counts.records == 3)
        #expect(outbox.counts.refused == 0)
        let uploads = try outbox.backlog(limit: 10, fromStart: true)
        #expect(uploads.map(\.key) == [.booking(1), .booking(2), .log(2), .position(1), .position(2)])
        #expect(uploads[0].refusals == 0)
        #expect(uploads[0].requestID == Tap.sample(1).bookingID)
        try outbox.checkBooks()
    }

    @Test("tells how old its oldest upload is")
    func age() throws {
        var outbox = try folder.openOutbox()
        _ = try outbox.commit([.sample(1, pending: []), .sample(2)], changes: [.position(.sample(1))])
        #expect(try outbox.oldestPending() == .second(1))
        _ = try outbox.commit([], changes: [.delivered(.position(1))])
        #expect(try outbox.oldestPending() == .second(2))
        try outbox.checkBooks()
    }
}
