import Base
import Foundation
import SQLite
import TestSupport
import Testing
import ValidatorCore

@testable import Storage

@Suite("A file that is no outbox")
struct DamagedOutboxTests {
    let folder = TemporaryFolder()

    private func write(_ bytes: Data, to path: String) throws {
        try bytes.write(to: URL(fileURLWithPath: path))
    }

    @Test("is set aside, never deleted, and the box goes on with a fresh one", arguments: [40, 4096, 100_000])
    func noDatabase(length: Int) throws {
        let rubbish = Data((0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 + 7) })
        try write(rubbish, to: folder.outboxPath)
        try write(Data([1, 2, 3]), to: folder.outboxPath + "-wal")
        do {
            var outbox = try folder.openOutbox()
            let notice = try #require(outbox.notices.first)
            #expect(notice.level == .error)
            #expect(notice.text.contains("outbox.db.damaged-1"))
            #expect(try outbox.commit([.sample(1)]) == [1])
            try outbox.checkBooks()
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.outboxPath + ".damaged-1")) == rubbish)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.outboxPath + ".damaged-1-wal")) == Data([1, 2, 3]))
        let outbox = try folder.openOutbox()
        #expect(outbox.notices.isEmpty)
        #expect(outbox.counts.records == 2)
        try outbox.checkBooks()
    }

    @Test("is kept under another name when the write-ahead log restores what was there, and nothing is lost")
    func overwritten() throws {
        do {
            var outbox = try folder.openOutbox()
            _ = try outbox.commit([.sample(1)])
            try outbox.checkBooks()
        }
        let rubbish = Data(repeating: 0x55, count: 9000)
        try write(rubbish, to: folder.outboxPath)
        var outbox = try folder.openOutbox()
        #expect(outbox.notices.first?.text.contains("outbox.db.damaged-1") == true)
        #expect(outbox.counts.records == 2)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.outboxPath + ".damaged-1")) == rubbish)
        try outbox.maintain(isIdle: true, time: nil)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.outboxPath)).starts(with: Data("SQLite format 3".utf8)))
        try outbox.checkBooks()
    }

    @Test("a dying card does not fill the disk: the first and the latest seven are kept, and what goes is told")
    func manyTimes() throws {
        for number in 1...11 {
            try write(Data("not a database \(number), not a database".utf8), to: folder.outboxPath)
            let outbox = try folder.openOutbox()
            let told = outbox.notices.filter { $0.text.contains("removed") }.map(\.text)
            #expect(told.count == (number > 8 ? 1 : 0))
            #expect(told.allSatisfy { $0.hasPrefix("\(folder.outboxPath).damaged-\(number - 7): ") }, "\(told)")
        }
        let kept = try folder.files.filter { $0.contains("damaged") && !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }
        #expect(Set(kept) == Set(([1] + (5...11)).map { "outbox.db.damaged-\($0)" }))
    }

    @Test("nor do a few large ones, but the latest is kept whatever its size")
    func largeOnes() throws {
        for number in 1...4 {
            try write(Data(count: 1000), to: "\(folder.outboxPath).damaged-\(number)")
            try write(Data(count: 100), to: "\(folder.outboxPath).damaged-\(number)-wal")
        }
        #expect(try FileSetAside.removeSome(of: folder.outboxPath, maximumBytes: 10_000).isEmpty)
        #expect(
            try FileSetAside.removeSome(of: folder.outboxPath, maximumBytes: 2500)
                == [2, 3].map { "\(folder.outboxPath).damaged-\($0)" })
        #expect(try FileSetAside.removeSome(of: folder.outboxPath, maximumBytes: 0) == ["\(folder.outboxPath).damaged-1"])
        #expect(
            try folder.files.filter { $0.contains("damaged") }.sorted() == ["outbox.db.damaged-4", "outbox.db.damaged-4-wal"])
    }

    @Test("is set aside under a number of its own each time")
    func twice() throws {
        for number in 1...3 {
            try write(Data("not a database, not a database, not a database".utf8), to: folder.outboxPath)
            let outbox = try folder.openOutbox()
            #expect(outbox.notices.first?.text.contains("damaged-\(number)") == true)
            // What the log still holds would repair the file.
            try FileManager.default.removeItem(atPath: folder.outboxPath + "-wal")
            try outbox.checkBooks()
        }
    }

    @Test("is set aside when it is another program's database")
    func foreign() throws {
        do {
            let foreign = try Database(path: folder.outboxPath)
            try foreign.execute("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)")
        }
        let outbox = try folder.openOutbox()
        #expect(outbox.notices.first?.text.contains("another program") == true)
        let aside = try Database(path: folder.outboxPath + ".damaged-1", mode: .readOnly)
        #expect(try aside.integer("SELECT x FROM theirs") == 1)
        try outbox.checkBooks()
    }

    @Test("is set aside when its pages are torn")
    func tornPages() throws {
        do {
            var outbox = try folder.openOutbox()
            _ = try outbox.commit((1...500).map { .sample($0) })
            try outbox.fillLog()
            try outbox.maintain(isIdle: true, time: nil)
            try outbox.checkBooks()
        }
        try FileManager.default.removeItem(atPath: folder.outboxPath + "-wal")
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: folder.outboxPath))
        let size = try file.seekToEnd()
        for page in stride(from: 4096 * 12, to: size, by: 4096 * 3) {
            try file.seek(toOffset: page)
            try file.write(contentsOf: Data(repeating: 0xA5, count: 512))
        }
        try file.close()
        var outbox = try folder.openOutbox()
        #expect(outbox.notices.first?.text.contains("damaged-1") == true)
        #expect(try outbox.commit([.sample(1)]) == [1])
        try outbox.checkBooks()
    }

    @Test("is brought to the present schema when an earlier release wrote it, with all that it holds", arguments: [1, 2, 3, 4])
    func earlierSchema(version: Int) throws {
        do {
            var outbox = try folder.openOutbox()
            _ = try outbox.commit([.sample(1, ticket: true)], changes: [.position(.sample(1))])
            try outbox.checkBooks()
        }
        do {
            let database = try Database(path: folder.outboxPath)
            if version < 2 { try database.execute("DROP TABLE readings") }
            if version < 3 {
                try database.execute(
                    "ALTER TABLE taps DROP COLUMN collected; ALTER TABLE positions DROP COLUMN collected")
            }
            if version < 4 {
                try database.execute(
                    "ALTER TABLE used_tickets DROP COLUMN lifetime_s; ALTER TABLE used_tickets DROP COLUMN used_at_s")
            }
            try database.execute("DROP TABLE root_keys; PRAGMA user_version = \(version)")
        }
        var outbox = try folder.openOutbox()
        #expect(outbox.notices.isEmpty && outbox.counts.records == 2 && outbox.counts.positions == 1)
        _ = try outbox.commit([], changes: [.readingOpened(.sample(1))])
        _ = try outbox.collect(taps: [.init(row: 1, id: Tap.sample(1).logID)], positions: [])
        #expect(outbox.counts.collected == 2)
        var state = BoxState()
        state.roots = .sample
        _ = try outbox.commit([], state: state)
        outbox = try folder.reopen(outbox)
        let restored = outbox.takeRestored()
        #expect(restored.ongoingReadings == [.sample(1)])
        #expect(
            restored.usedTickets.map(\.lifetime) == [version < 4 ? .seconds(70_000) : .seconds(720)],
            "longer than any ticket is good, where it is not known")
        #expect(restored.state?.roots == .sample)
        try outbox.checkBooks()
    }

    @Test("is left alone when a later release wrote it")
    func laterSchema() throws {
        _ = try folder.openOutbox()
        do {
            let database = try Database(path: folder.outboxPath)
            try database.execute("PRAGMA user_version = 99")
        }
        let error = #expect(throws: StorageError.self) { _ = try folder.openOutbox() }
        #expect(error?.kind == .newerSchema)
        #expect(error?.description.contains("install the release that wrote it") == true)
        #expect(try folder.files.allSatisfy { !$0.contains("damaged") })
    }

    @Test("cannot even be replaced when its folder is not there: an error that says so")
    func noFolder() throws {
        let error = #expect(throws: StorageError.self) {
            _ = try Outbox(path: folder.path + "/missing/outbox.db", limits: .small())
        }
        #expect(error?.kind == .unopenable)
        #expect(error?.description.contains("missing/outbox.db") == true)
    }

    @Test("is not shared by two programs: the second is told so")
    func twoPrograms() throws {
        var first = try folder.openOutbox()
        _ = try first.commit([.sample(1)])
        let error = #expect(throws: StorageError.self) { _ = try folder.openOutbox() }
        #expect(error?.kind == .busy)
        _ = try first.commit([.sample(2)])
        #expect(first.counts.records == 4)
    }
}
