import Base
import Fares
import HubDomain
import HubStore
import HubStorePostgreSQL
import PostgreSQL
import PostgreSQLServer
import TestSupport
import Testing

@testable import HubStoreContract

/// One after the other: each does something to the one server that they have.
@Suite(
    "A PostgreSQL that fails under the store", .serialized,
    .enabled(if: PostgreSQLServer.isInstalled, "board/setup.sh postgresql"))
struct StoreFailureTests {
    private static let common = Task { try await PostgreSQLServer() }

    private func records(_ store: HubStorePostgreSQL) async throws -> [String] {
        try await store.allRecords().map(\.record.requestID)
    }

    private func rehearse(_ store: HubStorePostgreSQL) async throws {
        try await store.transact(WantedFacts()) { $0.rehearseRecord() }
    }

    private func name(_ address: PostgreSQLAddress) async throws -> String {
        let lane = PostgreSQLLane(address, label: "test", patience: .seconds(60))
        return try await lane.run { try $0.run("SELECT current_database()")[0].text(0) ?? "" }
    }

    @Test("Restarted while nobody asked: nobody is told")
    func restarted() async throws {
        let server = try await Self.common.value
        let store = try await HubStorePostgreSQL(try await server.database())
        try await store.settle([logRecord("1")])
        #expect(try await records(store) == ["1"])
        try await server.stop()
        try await server.start()
        try await store.settle([logRecord("2")])
        #expect(try await records(store) == ["1", "2"])
    }

    @Test("Killed in mid-batch: told of, nothing half-written, and found again by itself")
    func killed() async throws {
        let server = try await Self.common.value
        let address = try await server.database()
        let store = try await HubStorePostgreSQL(address)
        try await store.settle([logRecord("1")])
        // The batch waits for this one's lock of its device when the server dies.
        try await store.register("V")
        let other = PostgreSQLLane(address, label: "test", patience: .seconds(60))
        let holding = Task {
            try await other.transaction { connection in
                try connection.run("SELECT 1 FROM devices FOR UPDATE")
                _ = try connection.run("SELECT pg_sleep(60)::text")
            }
        }
        let batch = Task {
            while true { try await store.settle([logRecord("2"), logRecord("3")]) }
        }
        try await eventually("the lock is waited for") {
            let watcher = PostgreSQLLane(address, label: "watcher", patience: .seconds(60))
            return try await watcher.run { try $0.run("SELECT 1 FROM pg_locks WHERE NOT granted").count } > 0
        }
        try await server.kill()
        let error = await #expect(throws: HubStoreError.self) { try await batch.value }
        #expect(error?.kind == .unavailable)
        await #expect(throws: PostgreSQLError.self) { try await holding.value }
        await #expect(throws: HubStoreError.self) { try await rehearse(store) }
        try await server.start()
        try await eventually("the store") { (try? await rehearse(store)) != nil }
        try await store.settle([logRecord("4")])
        let kept = try await records(store)
        #expect(kept == ["1", "4"] || kept == ["1", "2", "3", "4"])
    }

    @Test("Hanging: told of within seconds, and found again")
    func hanging() async throws {
        let server = try await Self.common.value
        let store = try await HubStorePostgreSQL(try await server.database())
        try await store.settle([logRecord("1")])
        try server.suspend()
        let begun = ContinuousClock.now
        let error = await #expect(throws: HubStoreError.self) { try await store.settle([logRecord("2")]) }
        #expect(error?.kind == .unavailable)
        #expect(begun.duration(to: .now) < .seconds(40))
        try server.resume()
        try await eventually("the store") { (try? await store.settle([logRecord("3")])) != nil }
        #expect(try await records(store).last == "3")
    }

    @Test("Out of connections: told of, and found again")
    func outOfConnections() async throws {
        let server = try await Self.common.value
        let address = try await server.database()
        let store = try await HubStorePostgreSQL(address)
        let database = try await name(address)
        try await server.administer("ALTER DATABASE \(database) CONNECTION LIMIT 0")
        let error = await #expect(throws: HubStoreError.self) { try await store.settle([logRecord("1")]) }
        #expect(error?.kind == .unavailable)
        #expect(error?.description.contains("max_connections") == true)
        try await server.administer("ALTER DATABASE \(database) CONNECTION LIMIT 10")
        try await eventually("the store") { (try? await store.settle([logRecord("2")])) != nil }
        #expect(try await records(store) == ["2"])
    }

    @Test(
        "Failing in the middle of a batch: nothing of it is written, and the next one is",
        arguments: [
            ("53100", HubStoreError.Kind.full), ("25006", .readOnly), ("XX001", .damaged), ("23514", .rejected),
            ("40001", .unavailable),
        ])
    func failing(state: String, kind: HubStoreError.Kind) async throws {
        let server = try await Self.common.value
        let address = try await server.database()
        let store = try await HubStorePostgreSQL(address)
        let database = try await name(address)
        try await server.administer(
            """
            CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE SQLSTATE '\(state)'; END $$;
            CREATE TRIGGER fail BEFORE INSERT ON used_tickets EXECUTE FUNCTION fail()
            """, database: database)
        let batch = { (number: Int) in
            try await store.transact(WantedFacts()) { facts in
                facts.register(Device(id: "\(number)", registered: now))
                facts.apply(.insert(logRecord("\(number)")), at: nil)
                facts.use(UsedTicket(bytes: [UInt8(number)], expires: now, lifetime: .zero))
            }
        }
        let error = await #expect(throws: HubStoreError.self) { try await batch(1) }
        #expect(error?.kind == kind)
        try await server.administer("DROP TRIGGER fail ON used_tickets", database: database)
        try await eventually("the store") { (try? await batch(2)) != nil }
        #expect(try await records(store) == ["2"])
        #expect(try await store.devices(after: nil, limit: 10).map(\.id) == ["2"])
    }

    @Test("A device's lock that somebody else does not give back: told of within seconds")
    func locked() async throws {
        let server = try await Self.common.value
        let address = try await server.database()
        let store = try await HubStorePostgreSQL(address)
        try await store.register("V")
        let other = PostgreSQLLane(address, label: "test", patience: .seconds(60))
        let holding = Task {
            try await other.transaction { connection in
                try connection.run("SELECT 1 FROM devices FOR UPDATE")
                _ = try connection.run("SELECT pg_sleep(60)::text AS locked")
            }
        }
        let sleeping = "FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%locked'"
        try await eventually("the lock") {
            let watcher = PostgreSQLLane(address, label: "watcher", patience: .seconds(60))
            return try await watcher.run { try $0.run("SELECT 1 \(sleeping)").count } > 0
        }
        let error = await #expect(throws: HubStoreError.self) { try await store.settle([logRecord("1")]) }
        #expect(error?.kind == .unavailable)
        try await server.administer("SELECT pg_terminate_backend(pid) \(sleeping)")
        await #expect(throws: PostgreSQLError.self) { try await holding.value }
        try await eventually("the store") { (try? await store.settle([logRecord("2")])) != nil }
    }
}
