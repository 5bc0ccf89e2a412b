import HubStore
import PostgreSQLServer
import Testing

@testable import validator_hub

@Suite(
    "validator-hub check of a PostgreSQL server", .serialized,
    .enabled(if: PostgreSQLServer.isInstalled, "board/setup.sh postgresql"))
struct DatabaseServerChecksTests {
    private func items(_ url: String) async throws -> [String: CheckItem] {
        let items = try await elsewhere { DatabaseServerChecks.run(url) }.get()
        return Dictionary(uniqueKeysWithValues: items.map { ($0.name, $0) })
    }

    @Test("finds an empty database in order, and one that a hub has made its tables in")
    func good() async throws {
        let url = try await PostgreSQLServer.shared.databaseURL()
        for round in ["empty", "used"] {
            let found = try await items(url)
            #expect(found.count == 5)
            for item in found.values { #expect(item.outcome == .good, "\(round): \(item.line)") }
            _ = try await StoreLocation(url).open()
        }
    }

    @Test("says what a role may not do, and what grants it")
    func rights() async throws {
        let server = try await PostgreSQLServer.shared
        let url = try await server.databaseURL()
        let name = server.databaseName(in: url)
        let role = "r\(UInt32.random(in: .min ... .max))"
        try await server.administer("CREATE ROLE \(role) LOGIN")
        let others = url.replacing("//\(PostgreSQLServer.user):", with: "//\(role):")
        let first = try #require(try await items(others)["rights"])
        #expect(first.outcome == .wrong && first.nextStep.contains("GRANT CREATE, USAGE ON SCHEMA public TO \(role)"))
        _ = try await StoreLocation(url).open()
        try await server.administer("GRANT CREATE, USAGE ON SCHEMA public TO \(role)", database: name)
        let second = try #require(try await items(others)["rights"])
        #expect(second.outcome == .wrong && second.nextStep.contains("ALTER TABLE records OWNER TO \(role)"))
        #expect(second.text.contains("the tables belong to \(PostgreSQLServer.user)"))
        let advice = try #require(second.nextStep.split(separator: "postgres: ").last)
        try await server.administer(String(advice), database: name)
        #expect(try await items(others)["rights"]?.outcome == .good)
    }

    @Test(
        "says what keeps records from being stored, which is no good health either",
        arguments: [
            ("ALTER SEQUENCE records_id OWNER TO postgres_other", "rights", "ALTER SEQUENCE records_id OWNER TO"),
            ("ALTER TABLE positions_undated OWNER TO postgres_other", "rights", "ALTER TABLE positions_undated OWNER TO"),
            ("ALTER TABLE records DROP COLUMN duplicates", "schema", "records.duplicates"),
            ("DROP TABLE set_aside", "schema", "set_aside"),
        ])
    func broken(change: String, name: String, words: String) async throws {
        let server = try await PostgreSQLServer.shared
        let url = try await server.databaseURL()
        let store = try await StoreLocation(url).open()
        try await store.transact(WantedFacts()) { $0.rehearseRecord() }
        let role = "r\(UInt32.random(in: .min ... .max))"
        try await server.administer("CREATE ROLE \(role)")
        try await server.administer(
            change.replacing("postgres_other", with: role), database: server.databaseName(in: url))
        let item = try #require(try await items(url)[name])
        #expect(item.outcome == .wrong && item.line.contains(words), "\(item.line)")
        guard change.contains("records") else { return }
        await #expect(throws: HubStoreError.self) { try await store.transact(WantedFacts()) { $0.rehearseRecord() } }
    }

    @Test("says that too few connections are left")
    func connections() async throws {
        let server = try await PostgreSQLServer.shared
        let url = try await server.databaseURL()
        try await server.administer("ALTER DATABASE \(server.databaseName(in: url)) CONNECTION LIMIT 4")
        let item = try #require(try await items(url)["connections"])
        #expect(item.outcome == .wrong && item.text.contains("3 more") && item.nextStep.contains("max_connections"))
    }

    @Test("says that the tables are of a later release, or the database is of other letters")
    func schema() async throws {
        let server = try await PostgreSQLServer.shared
        let url = try await server.databaseURL()
        _ = try await StoreLocation(url).open()
        try await server.administer("INSERT INTO schema_version VALUES (99)", database: server.databaseName(in: url))
        #expect(try await items(url)["schema"]?.outcome == .wrong)
        let other = "l\(UInt32.random(in: .min ... .max))"
        try await server.administer(
            "CREATE DATABASE \(other) OWNER \(PostgreSQLServer.user) ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        let latin = try #require(try await items(url.replacing(server.databaseName(in: url), with: other))["database"])
        #expect(latin.outcome == .wrong && latin.nextStep.contains("UTF8"))
    }

    @Test("says that the server is not reached, and shows no password")
    func away() async throws {
        let item = try #require(try await items("postgresql://hub:s3cret@127.0.0.1:1/validator")["database"])
        #expect(item.outcome == .wrong && !item.nextStep.isEmpty && !item.line.contains("s3cret"))
    }
}
