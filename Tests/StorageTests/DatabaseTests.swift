import SQLite
import TestSupport
import Testing

@Suite("A database")
struct DatabaseTests {
    let folder = TemporaryFolder()

    @Test("gives back every kind of value, and NULL as nil")
    func values() throws {
        let database = try Database(path: folder.path + "/any.db")
        try database.execute("CREATE TABLE t (i, d, s, b)")
        let insertion = try database.prepare("INSERT INTO t VALUES (?1, ?2, ?3, ?4)")
        try insertion.bind(Int64.min, at: 1)
        try insertion.bind(-0.5, at: 2)
        try insertion.bind("zwölf 公交\0x", at: 3)
        try insertion.bind([0, 255, 0], at: 4)
        try insertion.run()
        try insertion.run()  // the values of the first run are forgotten
        try insertion.bind("", at: 3)
        try insertion.bind([UInt8](), at: 4)
        try insertion.run()
        let count = try database.prepare("SELECT count(*) FROM t")
        #expect(try count.step() && count.integer(0) == 3)

        let rows = try database.prepare("SELECT i, d, s, b FROM t ORDER BY rowid")
        #expect(try rows.step())
        #expect(
            rows.integer(0) == .min && rows.double(1) == -0.5 && rows.text(2) == "zwölf 公交\0x"
                && rows.blob(3) == [0, 255, 0])
        #expect(try rows.step())
        #expect(rows.integer(0) == nil && rows.double(1) == nil && rows.text(2) == nil && rows.blob(3) == nil)
        #expect(try rows.step())
        #expect(rows.text(2) == "" && rows.blob(3) == [])
        #expect(try !rows.step())
    }

    @Test("says what is wrong with a statement, and with which file")
    func mistakes() throws {
        let database = try Database(path: folder.path + "/any.db")
        let syntax = #expect(throws: StorageError.self) { try database.execute("SELEKT 1") }
        #expect(syntax?.description.contains("any.db") == true && syntax?.description.contains("SELEKT") == true)
        try database.execute("CREATE TABLE t (x INTEGER PRIMARY KEY)")
        let insertion = try database.prepare("INSERT INTO t VALUES (1)")
        try insertion.run()
        let duplicate = #expect(throws: StorageError.self) { try insertion.run() }
        #expect(duplicate?.code == 19)  // SQLITE_CONSTRAINT
        #expect(duplicate?.kind == .other)
    }

    @Test("undoes an open transaction, and has nothing against being asked without one")
    func rollBack() throws {
        let database = try Database(path: folder.path + "/any.db")
        try database.execute("CREATE TABLE t (x); BEGIN; INSERT INTO t VALUES (1)")
        database.rollBack()
        database.rollBack()
        #expect(try database.integer("SELECT count(*) FROM t") == 0)
    }

    @Test("compiles what is asked again once: it begins anew, without values, also for two at once and in a changed table")
    func idleStatements() throws {
        let database = try Database(path: folder.path + "/any.db")
        try database.execute("CREATE TABLE t (x); INSERT INTO t VALUES (1), (2), (3)")
        let query = "SELECT * FROM t WHERE x IS NOT ?1 ORDER BY x"
        func first(without value: Int64?) throws -> Int64? {
            let rows = try database.prepare(query)
            if let value { try rows.bind(value, at: 1) }
            // Let go in the middle of its rows.
            return try rows.step() ? rows.integer(0) : nil
        }
        #expect(try first(without: 1) == 2)
        #expect(try first(without: nil) == 1)
        let outer = try database.prepare(query)
        #expect(try outer.step() && outer.integer(0) == 1)
        #expect(try first(without: 1) == 2)
        #expect(try outer.step() && outer.integer(0) == 2)
        outer.reset()
        // A statement in the middle of its rows would hold the table.
        try database.execute("ALTER TABLE t ADD COLUMN y DEFAULT 7; DELETE FROM t WHERE x = 2")
        #expect(try first(without: 1) == 3)
        let both = try database.prepare(query)
        #expect(try both.step() && both.integer(1) == 7)
    }

    @Test("keeps few statements that nobody uses, and none once it is closed, also those that outlive it")
    func fewIdleStatements() throws {
        func last() throws -> Statement {
            let database = try Database(path: folder.path + "/any.db")
            for number in 0..<100 { #expect(try database.integer("SELECT \(number)") == Int64(number)) }
            #expect(try database.integer("SELECT 0") == 0)
            return try database.prepare("SELECT 99")
        }
        let outlives = try last()
        #expect(try outlives.step() && outlives.integer(0) == 99)
    }

    @Test("gives back ids of 16 bytes as they were, and none of another length or kind")
    func words() throws {
        let database = try Database(path: folder.path + "/any.db")
        let row = try database.prepare("SELECT ?1, ?2, zeroblob(15), NULL, 'sixteen letters!'")
        try row.bind(high: 0x0123_4567_89AB_CDEF, low: .max - 1, at: 1)
        try row.bind((0..<16).map { UInt8($0) }, at: 2)
        #expect(try row.step())
        #expect(row.words(0).map { [$0.high, $0.low] } == [0x0123_4567_89AB_CDEF, UInt64.max - 1])
        #expect(row.blob(0) == [1, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF] + [UInt8](repeating: 255, count: 7) + [254])
        #expect(row.words(1).map { [$0.high, $0.low] } == [0x0001_0203_0405_0607, 0x0809_0A0B_0C0D_0E0F])
        #expect(row.words(2) == nil && row.words(3) == nil && row.words(4) == nil)
    }

    @Test("that may only be read refuses to be written")
    func readOnly() throws {
        do {
            let database = try Database(path: folder.path + "/any.db")
            try database.execute("CREATE TABLE t (x)")
        }
        let database = try Database(path: folder.path + "/any.db", mode: .readOnly)
        let error = #expect(throws: StorageError.self) { try database.execute("INSERT INTO t VALUES (1)") }
        #expect(error?.kind == .readOnly)
    }

    @Test("that is to be opened and is not there is an error")
    func missing() {
        let error = #expect(throws: StorageError.self) { _ = try Database(path: folder.path + "/none.db", mode: .readWrite) }
        #expect(error?.kind == .unopenable)
    }
}
