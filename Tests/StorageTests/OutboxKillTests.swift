import Base
import Foundation
import Storage
import TestSupport
import Testing
import ValidatorCore

@Suite("Killed at any moment")
struct OutboxKillTests {
    let folder = TemporaryFolder()

    /// What `kill -9` leaves is what the kernel has of the files at that moment; so a copy of them is what the next start finds.
    @Test("the outbox has every tap whose commit returned, and goes on with the next row")
    func copies() throws {
        var random = SeededGenerator(seed: 3)
        var outbox = try folder.openOutbox()
        var committed: [Tap] = []
        for moment in 1...40 {
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                let turn = [Tap.sample(committed.count + 1), .sample(committed.count + 2)]
                let rows = try outbox.commit(turn)
                committed += turn
                if Bool.random(using: &random) { _ = try outbox.commit([], changes: [.delivered(.log(rows[0]))]) }
                try outbox.maintain(isIdle: Bool.random(using: &random), time: nil)
            }
            let copy = folder.path + "/copy-\(moment).db"
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: folder.outboxPath + suffix, toPath: copy + suffix)
            }
            var found = try Outbox(path: copy, limits: .small())
            #expect(found.notices.isEmpty)
            #expect(found.counts == outbox.counts)
            #expect(found.takeRestored().recentTaps.map(\.logID) == committed.suffix(256).map(\.logID))
            #expect(try found.commit([.sample(0)]) == [Int64(committed.count + 1)])
        }
        try outbox.checkBooks()
    }
}
