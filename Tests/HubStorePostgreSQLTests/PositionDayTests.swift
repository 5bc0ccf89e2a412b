import Base
import HubDomain
import HubStore
import HubStorePostgreSQL
import PostgreSQL
import PostgreSQLServer
import TestSupport
import Testing

@testable import HubStoreContract

@Suite(
    "Positions in PostgreSQL lie in a table for each day", .enabled(if: PostgreSQLServer.isInstalled, "board/setup.sh postgresql")
)
struct PositionDayTests {
    private static let day = Duration.seconds(86_400)

    private func keep(_ requestID: String, received: WallTime, in store: HubStorePostgreSQL) async throws {
        let position = StoredPosition(
            deviceID: "V", requestID: requestID, time: now, position: Position(latitude: 1, longitude: 2), received: received)
        try await store.transact(WantedFacts()) { $0.keep(position) }
    }

    private func tables(_ lane: PostgreSQLLane) async throws -> [String] {
        try await lane.run { connection in
            try connection.run("SELECT tableoid::regclass::text FROM positions ORDER BY received_at").map { $0.text(0) ?? "" }
        }
    }

    @Test("Today's have theirs before the day begins; those of days without one lie together")
    func tables() async throws {
        let address = try await PostgreSQLServer.shared.database()
        let store = try await HubStorePostgreSQL(address)
        let lane = PostgreSQLLane(address, label: "test", patience: .seconds(60))
        let seconds = try await lane.run { try $0.run("SELECT extract(epoch FROM now())::int8")[0].integer(0) ?? 0 }
        let today = WallTime(seconds: seconds)
        for (number, received) in [now, today, today + Self.day].enumerated() {
            try await keep("\(number)", received: received, in: store)
        }
        let number = seconds / 86_400
        #expect(try await tables(lane) == ["positions_undated", "positions_day_\(number)", "positions_day_\(number + 1)"])
        #expect(try await store.prunePositions(receivedBefore: today + Self.day, limit: 100) == 1)
        #expect(try await tables(lane) == ["positions_day_\(number + 1)"])
    }

    @Test("Who reads them all, as a backup does, keeps none from being stored, and days from going until he is done")
    func backup() async throws {
        let address = try await PostgreSQLServer.shared.database()
        let store = try await HubStorePostgreSQL(address)
        let lane = PostgreSQLLane(address, label: "test", patience: .seconds(60))
        let today = WallTime(
            seconds: try await lane.run { try $0.run("SELECT extract(epoch FROM now())::int8")[0].integer(0) ?? 0 })
        try await keep("1", received: today, in: store)
        // Its first piece of work, which is not begun again when its connection is ended.
        let reader = PostgreSQLLane(address, label: "reader", patience: .seconds(60))
        let reading = Task {
            try await reader.transaction { connection in
                try connection.execute("LOCK TABLE positions, devices IN ACCESS SHARE MODE")
                _ = try connection.run("SELECT pg_sleep(60)::text AS reading")
            }
        }
        let activity = "FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%reading' AND datname = current_database()"
        let watcher = PostgreSQLLane(address, label: "watcher", patience: .seconds(60))
        try await eventually("the reader") { try await watcher.run { try $0.run("SELECT 1 \(activity)").count } > 0 }
        let another = try await HubStorePostgreSQL(address)
        #expect(try await another.prunePositions(receivedBefore: today + Self.day * 3, limit: 100) == 0)
        try await keep("2", received: today, in: another)
        #expect(try await store.countOfPositions() == 2)
        try await watcher.run { try $0.execute("SELECT pg_terminate_backend(pid) \(activity)") }
        await #expect(throws: PostgreSQLError.self) { try await reading.value }
        try await eventually("the days are gone") {
            _ = try await store.prunePositions(receivedBefore: today + Self.day * 3, limit: 100)
            return try await store.countOfPositions() == 0
        }
    }

    @Test("A repetition is known for two days")
    func repetition() async throws {
        let store = try await HubStorePostgreSQL(try await PostgreSQLServer.shared.database())
        for days in [0, 1, 2, 9] { try await keep("1", received: now + Self.day * days, in: store) }
        #expect(try await store.rows(of: .positions, after: nil, limit: 10).map(\.last) == [.integer(2), .integer(0)])
    }

    @Test("Those that are copied from another store get the tables of their days")
    func copied() async throws {
        let address = try await PostgreSQLServer.shared.database()
        let store = try await HubStorePostgreSQL(address)
        let rows = (0..<6).map { number -> [StoreValue] in
            let received = now.milliseconds + Int64(number / 2) * 86_400_000
            return [
                .integer(Int64(number)), .text("V"), .text("\(number)"), .integer(0), .real(1), .real(2), .null, .null,
                .integer(received), .integer(0),
            ]
        }
        try await store.append(rows, to: .positions)
        #expect(try await store.prunePositions(receivedBefore: now + Self.day * 2, limit: 100) == 0)
        #expect(try await store.rows(of: .positions, after: nil, limit: 10) == rows.suffix(2))
        try await keep("new", received: now, in: store)
        #expect(try await store.rows(of: .positions, after: nil, limit: 10).last?.first == .integer(6))
    }
}
