import HubStore
import HubStoreContract
import Testing

@Suite("A store in memory")
struct HubStoreMemoryTests {
    @Test("keeps the contract", arguments: StoreClause.all)
    func contract(_ clause: StoreClause) async throws {
        try await clause.check(HubStoreMemory())
    }
}
