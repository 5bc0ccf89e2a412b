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
