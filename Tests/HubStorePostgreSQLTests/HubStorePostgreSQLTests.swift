import HubStore
import HubStoreContract
import HubStorePostgreSQL
import PostgreSQLServer
import Testing

@Suite("A store in PostgreSQL", .enabled(if: PostgreSQLServer.isInstalled, "board/setup.sh postgresql"))
struct HubStorePostgreSQLTests {
    @Test("keeps the contract", arguments: StoreClause.all)
    func contract(_ clause: StoreClause) async throws {
        try await clause.check(HubStorePostgreSQL(try await PostgreSQLServer.shared.database()))
    }
}
