import PostgreSQL
import PostgreSQLServer
import TestSupport
import Testing

/// One after the other: each does something to the one server that they have.
@Suite("A server that fails", .serialized, .enabled(if: PostgreSQLServer.isInstalled, "board/setup.sh postgresql"))
struct FailureTests {
    private static let common = Task { try await PostgreSQLServer() }

    private func lane(_ server: PostgreSQLServer, isRemote: Bool = false, patience: Duration = .seconds(60)) async throws
        -> PostgreSQLLane
    {
        PostgreSQLLane(
            try server.address(ofDatabase: "postgres", user: "postgres", isRemote: isRemote, options: "connect_timeout=3"),
            label: "test", patience: patience)
    }

    private func one(_ lane: PostgreSQLLane) async throws -> Int64? {
        try await lane.transaction { try $0.run("SELECT 1::int8")[0].integer(0) }
    }

    @Test("A server that was restarted while nobody asked is not noticed")
    func restarted() async throws {
        let server = try await Self.common.value
        let lane = try await lane(server)
        #expect(try await one(lane) == 1)
        try await server.stop()
        try await server.start()
        #expect(try await one(lane) == 1)
    }

    @Test("A server that is killed is told of, and found again when it is back")
    func killed() async throws {
        let server = try await Self.common.value
        let lane = try await lane(server)
        try await lane.run { try $0.execute("CREATE TABLE killed (k int8)") }
        let waiting = Task {
            try await lane.transaction { connection in
                try connection.run("INSERT INTO killed VALUES (1)")
                _ = try connection.run("SELECT pg_sleep(60)::text")
            }
        }
        try await eventually("the statement") {
            let watcher = try await self.lane(server)
            return try await watcher.run {
                try $0.run("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%'").count
            } == 1
        }
        try await server.kill()
        let error = await #expect(throws: PostgreSQLError.self) { try await waiting.value }
        #expect(error?.kind == .connectionLost)
        let again = await #expect(throws: PostgreSQLError.self) { try await one(lane) }
        #expect(again?.kind == .connectionLost)
        try await server.start()
        try await eventually("the server") { (try? await one(lane)) == 1 }
        #expect(try await lane.run { try $0.run("SELECT k FROM killed").count } == 0)
    }

    @Test("A server that hangs holds nobody up for ever", arguments: [false, true])
    func hanging(isRemote: Bool) async throws {
        let server = try await Self.common.value
        let lane = try await lane(server, isRemote: isRemote, patience: .milliseconds(300))
        #expect(try await one(lane) == 1)
        try server.suspend()
        let error = await #expect(throws: PostgreSQLError.self) { try await one(lane) }
        #expect(error?.kind == .timeout)
        // More than the sockets' buffers hold.
        let large = try await self.lane(server, isRemote: isRemote, patience: .milliseconds(300))
        let sending = await #expect(throws: PostgreSQLError.self) {
            try await large.run { _ = try $0.run("SELECT $1", .text(String(repeating: "x", count: 20_000_000))) }
        }
        #expect(sending?.kind == .connectionLost || sending?.kind == .timeout)
        try server.resume()
        try await eventually("the server") { (try? await one(lane)) == 1 }
    }
}
