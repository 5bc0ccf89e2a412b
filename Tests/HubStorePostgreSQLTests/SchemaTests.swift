import HubDomain
import HubStore
import PostgreSQL
import PostgreSQLServer
import Testing

@testable import HubStoreContract
@testable import HubStorePostgreSQL

@Suite("The schema of a PostgreSQL database", .enabled(if: PostgreSQLServer.isInstalled, "board/setup.sh postgresql"))
struct SchemaTests {
    @Test("Hubs that start at once make it once, and one that starts later finds what they stored")
    func several() async throws {
        let address = try await PostgreSQLServer.shared.database()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<4 {
                group.addTask { try await HubStorePostgreSQL(address).register("d\(number)") }
            }
            try await group.waitForAll()
        }
        #expect(try await HubStorePostgreSQL(address).devices(after: nil, limit: 10).count == 4)
    }

    @Test("One of a later release is refused and left alone")
    func later() async throws {
        let address = try await PostgreSQLServer.shared.database()
        let lane = PostgreSQLLane(address, label: "test", patience: .seconds(60))
        try await lane.run {
            try $0.execute("CREATE TABLE schema_version (version int8 NOT NULL); INSERT INTO schema_version VALUES (99)")
        }
        let error = await #expect(throws: HubStoreError.self) { try await HubStorePostgreSQL(address) }
        #expect(error?.kind == .newerSchema)
        #expect(error?.description.contains("schema 99") == true)
        #expect(try await lane.run { try $0.run("SELECT 1 FROM pg_class WHERE relname = 'devices'").count } == 0)
    }

    @Test("One of an earlier release gets what it lacks, and keeps what it has")
    func earlier() async throws {
        let address = try await PostgreSQLServer.shared.database()
        let lane = PostgreSQLLane(address, label: "test", patience: .seconds(60))
        try await lane.run {
            try $0.execute(Schema.migrations[0])
            try $0.execute(
                """
                CREATE TABLE schema_version (version int8 NOT NULL); INSERT INTO schema_version VALUES (1);
                INSERT INTO devices (device_id, registered_at) VALUES ('V', 1000)
                """)
        }
        let store = try await HubStorePostgreSQL(address)
        try await store.transact(WantedFacts()) { facts in
            facts.setAside(aside("1"))
            facts.keep(forward("1"))
        }
        #expect(try await store.forwardCounts() == ForwardCounts(waiting: 1))
        #expect(try await store.setAside(after: nil, limit: 9, deviceID: nil).count == 1)
        #expect(try await store.devices(after: nil, limit: 9).map(\.id) == ["V"])
    }

    @Test("A database that cannot hold every text is refused")
    func encoding() async throws {
        let server = try await PostgreSQLServer.shared
        try await server.administer(
            "CREATE DATABASE latin OWNER \(PostgreSQLServer.user) ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        let error = await #expect(throws: HubStoreError.self) {
            try await HubStorePostgreSQL(server.address(ofDatabase: "latin"))
        }
        #expect(error?.kind == .unopenable)
    }
}
