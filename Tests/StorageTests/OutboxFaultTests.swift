import Base
import SQLite
import Storage
import Testing
import ValidatorCore

@Suite("When the disk fails")
struct OutboxFaultTests {
    @Test("at any one call, that call is all that is lost: what was committed stays, through a power cut afterwards too")
    func eachCallOnce() throws {
        try sweep("once", stays: false)
    }

    @Test("at any call and from then on, every failed commit says so and leaves nothing behind once the disk is well")
    func fromEachCallOn() throws {
        try sweep("on", stays: true)
    }

    @Test("at any one call, and the program is killed before it has mended that: what the next run finds stays, and what it adds")
    func eachCallAndKill() throws {
        let prepared = CrashDisk("fault-kill", seed: 0)
        try prepare(prepared)
        for call in 1...5000 {
            let disk = CrashDisk("fault-kill-\(call)", seed: UInt64(call), copying: prepared)
            disk.fail(.inputOutput, atCall: call, stays: false)
            do {
                var killed = try? disk.openOutbox()
                for number in 100..<110 where !disk.hasFailed {
                    _ = try? killed?.commit([], changes: [.delivered(.log(1)), .refusedOnce(.booking(2))])
                    _ = try? killed?.commit([.sample(number)])
                    if !disk.hasFailed { try? killed?.maintain(isIdle: true, time: nil) }
                }
            }
            let hasFailed = disk.hasFailed
            disk.heal()
            var promised: [UniqueID] = []
            do {
                var next = try disk.openOutbox()
                _ = try next.commit([.sample(500)])
                promised = try next.recentTaps(limit: 1000).map(\.tap.logID)
            }
            disk.restart()
            let outbox = try disk.openOutbox()
            #expect(try outbox.recentTaps(limit: 1000).map(\.tap.logID) == promised, "call \(call)")
            try outbox.checkBooks()
            if !hasFailed { return }
        }
        Issue.record("no run without a fault")
    }

    /// Lets the first call fail, then the second, until a whole run meets no fault.
    private func sweep(_ name: String, stays: Bool) throws {
        let prepared = CrashDisk("fault-\(name)", seed: 0)
        try prepare(prepared)
        for call in 1...5000 {
            let disk = CrashDisk("fault-\(name)-\(call)", seed: UInt64(call), copying: prepared)
            var committed = [1, 2, 3]
            disk.fail(.inputOutput, atCall: call, stays: stays)
            var kept: Outbox? = try? disk.openOutbox()
            for number in 100..<110 {
                if kept == nil { kept = try? disk.openOutbox() }
                if (try? kept?.commit([.sample(number, ticket: true)])) != nil { committed.append(number) }
                _ = try? kept?.commit([], changes: [.delivered(.log(1)), .refusedOnce(.booking(2))])
                try? kept?.maintain(isIdle: true, time: nil)
            }
            let hasFailed = disk.hasFailed
            disk.heal()
            if kept == nil { kept = try disk.openOutbox() }
            let rows = try kept?.commit([.sample(500)])
            #expect(rows?.count == 1, "call \(call)")
            committed.append(500)
            kept = nil
            disk.restart()
            var outbox = try disk.openOutbox()
            let found = try outbox.recentTaps(limit: 1000).reversed().map(\.tap.logID)
            #expect(found == committed.map { Tap.sample($0).logID }, "call \(call)")
            #expect(
                outbox.takeRestored().usedTickets
                    == committed.compactMap { (100..<110).contains($0) ? Tap.sample($0, ticket: true).usedTicket : nil },
                "call \(call)")
            if !hasFailed { return }
            try outbox.checkBooks()
        }
        Issue.record("no run without a fault")
    }

    /// An outbox with a few taps and a log that is about to be checkpointed.
    private func prepare(_ disk: borrowing CrashDisk) throws {
        var outbox = try disk.openOutbox()
        _ = try outbox.commit([.sample(1), .sample(2)])
        for _ in 0..<126 { _ = try outbox.commit([], changes: [.refusedOnce(.booking(1))]) }
        _ = try outbox.commit([.sample(3)])
        try outbox.checkBooks()
    }

    @Test("for want of space, commits fail with a clear error and nothing of them stays; they go on when space returns")
    func fullDisk() throws {
        let disk = CrashDisk("full", seed: 1)
        var committed: [Int] = []
        do {
            var outbox = try disk.openOutbox()
            disk.fail(.full, atCall: 1, stays: true)
            var failure: StorageError?
            for number in 1...2000 {
                do throws(StorageError) {
                    _ = try outbox.commit([.sample(number, ticket: true)])
                    committed.append(number)
                } catch {
                    failure = error
                    break
                }
            }
            // The log's reserve takes some taps still.
            #expect(committed.count > 50)
            #expect(failure?.kind == .full)
            #expect(failure?.description.contains("free space") == true)
            #expect(outbox.counts.records == 2 * committed.count)
            try outbox.checkBooks()
        }
        do {
            // The daemon may be restarted while the disk is full; there may be room for a small commit or two.
            var outbox = try disk.openOutbox()
            #expect(outbox.counts.records == 2 * committed.count)
            let error = #expect(throws: StorageError.self) {
                for number in 3000..<3100 {
                    _ = try outbox.commit([.sample(number, ticket: true)])
                    committed.append(number)
                }
            }
            #expect(error?.kind == .full)
            disk.heal()
            try outbox.maintain(isIdle: true, time: nil)
            _ = try outbox.commit([.sample(4000)])
            committed.append(4000)
            try outbox.checkBooks()
        }
        disk.restart()
        let outbox = try disk.openOutbox()
        #expect(try outbox.recentTaps(limit: 5000).reversed().map(\.tap.logID) == committed.map { Tap.sample($0).logID })
        try outbox.checkBooks()
    }
}
