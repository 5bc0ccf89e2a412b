import PostgreSQL
import PostgreSQLServer
import Testing

@Suite("Values go to PostgreSQL and come back", .enabled(if: PostgreSQLServer.isInstalled, "board/setup.sh postgresql"))
struct TypesTests {
    /// Which no Unicode text has, and Swift's source neither.
    private static let noncharacter = String(decoding: [0xEF, 0xB7, 0x90], as: UTF8.self)
    private static let texts: [String?] =
        [
            "", "a", "it's", #"back\slash"#, #"{"quoted", NULL}"#, "NULL", nil, "卡 🚌", "line\nbreak",
            String(repeating: "x", count: 100_000),
        ]
        + ["\u{0}", "a\u{0}b\(noncharacter)c\(noncharacter)0", noncharacter, "\(noncharacter)1", "\u{FDF0}\u{0}"]

    private func lane() async throws -> PostgreSQLLane {
        PostgreSQLLane(try await PostgreSQLServer.shared.database(), label: "test", patience: .seconds(60))
    }

    @Test("Integers, of each width, truth values and NULL")
    func integers() async throws {
        try await lane().run { connection throws in
            let values: [Int64?] = [0, 1, -1, 255, -256, .max, .min, nil]
            for value in values {
                #expect(try connection.run("SELECT $1", .integer(value))[0].integer(0) == value)
            }
            #expect(try connection.run("SELECT v FROM unnest($1) AS v", .integers(values)).map { $0.integer(0) } == values)
            let row = try connection.run("SELECT 7::int2, -7::int4, (-300)::int2, true, false, NULL::bool")[0]
            #expect((0..<6).map { row.integer($0) } == [7, -7, -300, 1, 0, nil])
        }
    }

    @Test("Floating point numbers")
    func doubles() async throws {
        try await lane().run { connection throws in
            let values: [Double?] = [0, -0.0, 116.397128, -1e300, .infinity, .leastNonzeroMagnitude, nil]
            for value in values {
                #expect(try connection.run("SELECT $1", .double(value))[0].double(0)?.bitPattern == value?.bitPattern)
            }
            #expect(try connection.run("SELECT v FROM unnest($1) AS v", .doubles(values)).map { $0.double(0) } == values)
            #expect(try connection.run("SELECT 1.5::float4")[0].double(0) == 1.5)
        }
    }

    @Test("Texts, with quotes, backslashes, characters of any script, and U+0000, which PostgreSQL does not know")
    func texts() async throws {
        try await lane().run { connection throws in
            for text in Self.texts {
                let row = try connection.run("SELECT $1, $1 IS NULL", .text(text))[0]
                #expect(row.text(0) == text)
                #expect(row.isNull(0) == (text == nil))
            }
            #expect(try connection.run("SELECT v FROM unnest($1) AS v", .texts(Self.texts)).map { $0.text(0) } == Self.texts)
        }
    }

    @Test("Bytes")
    func bytes() async throws {
        try await lane().run { connection throws in
            let values: [[UInt8]?] = [[], [0], [0xEF, 0xB7, 0x90, 0x30], Array(0...255), nil]
            for value in values {
                #expect(try connection.run("SELECT $1", .bytes(value))[0].bytes(0) == value)
            }
            #expect(try connection.run("SELECT v FROM unnest($1) AS v", .byteStrings(values)).map { $0.bytes(0) } == values)
        }
    }

    @Test("Arrays without an element give no rows, and several of them go side by side")
    func arrays() async throws {
        try await lane().run { connection throws in
            let sql = "SELECT * FROM unnest($1, $2, $3, $4) AS t (i, d, t, b)"
            #expect(try connection.run(sql, .integers([]), .doubles([]), .texts([]), .byteStrings([])).isEmpty)
            let rows = try connection.run(
                sql, .integers([1, nil]), .doubles([nil, 2]), .texts(["", nil]), .byteStrings([nil, []]))
            #expect(rows.map { $0.integer(0) } == [1, nil])
            #expect(rows.map { $0.double(1) } == [nil, 2])
            #expect(rows.map { $0.text(2) } == ["", nil])
            #expect(rows.map { $0.bytes(3) } == [nil, []])
        }
    }

    @Test("A batch larger than any buffer goes and comes")
    func largeBatch() async throws {
        try await lane().run { connection throws in
            let texts = (0..<20_000).map { "\($0) " + String(repeating: "y", count: 500) }
            let back = try connection.run("SELECT v FROM unnest($1) AS v", .texts(texts)).map { $0.text(0) }
            #expect(back == texts)
        }
    }

    @Test("What a statement touched is counted")
    func affected() async throws {
        try await lane().transaction { connection throws in
            try connection.execute("CREATE TABLE t (k int8 PRIMARY KEY); CREATE TABLE IF NOT EXISTS t (k int8)")
            let insert = "INSERT INTO t SELECT * FROM unnest($1) ON CONFLICT DO NOTHING RETURNING k"
            #expect(try connection.run(insert, .integers([1, 2])).map { $0.integer(0) } == [1, 2])
            #expect(try connection.run(insert, .integers([2, 3])).map { $0.integer(0) } == [3])
            #expect(try connection.run("DELETE FROM t WHERE k > $1", .integer(1)).affected == 2)
            #expect(try connection.run("SELECT k FROM t").affected == 1)
        }
    }
}
