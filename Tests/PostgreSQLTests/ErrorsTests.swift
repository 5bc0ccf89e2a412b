import PostgreSQL
import PostgreSQLServer
import TestSupport
import Testing

@Suite("What PostgreSQL refuses is told by kind", .enabled(if: PostgreSQLServer.isInstalled, "board/setup.sh postgresql"))
struct ErrorsTests {
    private func lane(patience: Duration = .seconds(60)) async throws -> PostgreSQLLane {
        PostgreSQLLane(try await PostgreSQLServer.shared.database(), label: "test", patience: patience)
    }

    @Test("A statement that fits no table is a mistake, and the connection goes on")
    func mistake() async throws {
        let lane = try await lane()
        let error = await #expect(throws: PostgreSQLError.self) { try await lane.run { _ = try $0.run("SELECT 1 FROM nowhere") } }
        #expect(error?.kind == .other)
        #expect(error?.sqlState == "42P01")
        #expect(error?.what.contains("relation \"nowhere\" does not exist") == true)
        #expect(try await lane.run { try $0.run("SELECT 1::int8")[0].integer(0) } == 1)
    }

    @Test("A transaction whose body throws leaves nothing behind")
    func rollBack() async throws {
        struct Other: Error {}
        let lane = try await lane()
        try await lane.run { try $0.execute("CREATE TABLE t (k int8 PRIMARY KEY)") }
        await #expect(throws: Other.self) {
            try await lane.transaction { connection in
                try connection.run("INSERT INTO t VALUES (1)")
                throw Other()
            }
        }
        #expect(try await lane.run { try $0.run("SELECT k FROM t").count } == 0)
    }

    @Test("A statement that failed and was passed over does not let the rest be committed")
    func passedOver() async throws {
        let lane = try await lane()
        try await lane.run { try $0.execute("CREATE TABLE t (k int8 PRIMARY KEY)") }
        await #expect(throws: PostgreSQLError.self) {
            try await lane.transaction { connection in
                try connection.run("INSERT INTO t VALUES (1)")
                _ = try? connection.run("SELECT 1 FROM nowhere")
            }
        }
        #expect(try await lane.transaction { try $0.run("SELECT k FROM t").count } == 0)
    }

    @Test("Two who lock in different order both get through")
    func deadlock() async throws {
        let server = try await PostgreSQLServer.shared
        let address = try await server.database()
        let lanes = (0..<2).map { PostgreSQLLane(address, label: "\($0)", patience: .seconds(60)) }
        try await lanes[0].run {
            try $0.execute("CREATE TABLE t (k int8 PRIMARY KEY, n int8); INSERT INTO t VALUES (0, 0), (1, 0)")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, lane) in lanes.enumerated() {
                group.addTask {
                    for _ in 0..<10 {
                        try await lane.transaction { connection in
                            try connection.run("UPDATE t SET n = n + 1 WHERE k = $1", .integer(Int64(number)))
                            try connection.run("SELECT pg_sleep(0.01)::text")
                            try connection.run("UPDATE t SET n = n + 1 WHERE k = $1", .integer(Int64(1 - number)))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await lanes[0].run { try $0.run("SELECT n FROM t").map { $0.integer(0) } } == [20, 20])
    }

    @Test("A conflict that never ends is told after some attempts")
    func endlessConflict() async throws {
        let lane = try await lane()
        let error = await #expect(throws: PostgreSQLError.self) {
            try await lane.transaction { _ = try $0.run("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$") }
        }
        #expect(error?.kind == .conflict)
    }

    @Test("Out of connections")
    func outOfConnections() async throws {
        let server = try await PostgreSQLServer.shared
        let address = try await server.database()
        let first = PostgreSQLLane(address, label: "first", patience: .seconds(60))
        let name = try await first.run { try $0.run("SELECT current_database()")[0].text(0) ?? "" }
        try await server.administer("ALTER DATABASE \(name) CONNECTION LIMIT 1")
        let second = PostgreSQLLane(address, label: "second", patience: .seconds(60))
        let error = await #expect(throws: PostgreSQLError.self) { try await second.run { try $0.execute("SELECT 1") } }
        #expect(error?.kind == .tooManyConnections)
        try await server.administer("ALTER DATABASE \(name) CONNECTION LIMIT 2")
        // After the pause, which grows with the failures.
        try await eventually("a connection") { (try? await second.run { try $0.execute("SELECT 1") }) != nil }
    }

    @Test("A server that takes no writes")
    func readOnly() async throws {
        let server = try await PostgreSQLServer.shared
        let address = try await server.database()
        let lane = PostgreSQLLane(address, label: "test", patience: .seconds(60))
        try await lane.run { try $0.execute("CREATE TABLE t (k int8); SET default_transaction_read_only = on") }
        let error = await #expect(throws: PostgreSQLError.self) {
            try await lane.transaction { try $0.execute("INSERT INTO t VALUES (1)") }
        }
        #expect(error?.kind == .readOnly)
        // Another connection, perhaps to another server.
        try await lane.transaction { try $0.execute("INSERT INTO t VALUES (1)") }
    }

    @Test("A wrong database or role")
    func refused() async throws {
        let server = try await PostgreSQLServer.shared
        for address in [try server.address(ofDatabase: "nowhere"), try server.address(ofDatabase: "postgres", user: "nobody")] {
            let lane = PostgreSQLLane(address, label: "test", patience: .seconds(60))
            let error = await #expect(throws: PostgreSQLError.self) { try await lane.run { try $0.execute("SELECT 1") } }
            #expect(error?.kind == .refused)
        }
    }

    @Test("A statement that takes too long is ended by the server, or else given up")
    func tooLong() async throws {
        let server = try await PostgreSQLServer.shared
        let address = try server.address(ofDatabase: "postgres", options: "options='-c statement_timeout=100'")
        let ended = PostgreSQLLane(address, label: "test", patience: .seconds(60))
        let byServer = await #expect(throws: PostgreSQLError.self) {
            try await ended.run { _ = try $0.run("SELECT pg_sleep(60)::text") }
        }
        #expect(byServer?.kind == .timeout, "\(byServer.map { "\($0)" } ?? "")")
        #expect(byServer?.sqlState == "57014")
        let lane = try await self.lane(patience: .milliseconds(100))
        let byUs = await #expect(throws: PostgreSQLError.self) {
            try await lane.run { _ = try $0.run("SELECT pg_sleep(5)::text") }
        }
        #expect(byUs?.kind == .timeout)
        #expect(byUs?.sqlState == "")
    }
}
