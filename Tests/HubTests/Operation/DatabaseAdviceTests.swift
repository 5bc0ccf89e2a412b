import HubStore
import SQLite
import Testing

@testable import HubStoreSQLite

@Suite("What an administrator is told to do about the database")
struct DatabaseAdviceTests {
    @Test(
        "is about a server and its service, not about a box's card",
        arguments: [StorageError.Kind.readOnly, .inputOutput, .busy, .unopenable])
    func server(kind: StorageError.Kind) {
        let advice = HubStoreError(StorageError(kind: kind, what: "hub.db")).nextStep
        #expect(!advice.isEmpty && !advice.contains("card"))
    }

    @Test("names the setting by which the service may write elsewhere")
    func readOnly() {
        #expect(HubStoreError(StorageError(kind: .readOnly, what: "hub.db")).description.contains("ReadWritePaths="))
    }
}
